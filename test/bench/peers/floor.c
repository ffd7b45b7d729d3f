// The floor of a chat server: one write(2) for each delivery, of a frame that is built once for each message. It speaks the
// protocol of bareWs.ts as the generator does, and nothing else: it stores, checks and parses next to nothing.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <unistd.h>

enum { ROOMS = 16384, INPUT = 1 << 20, OUTPUT = 4096 };

struct connection {
  int fd, upgraded, room, place; // its room, and its place among the watchers; -1 without a room
  size_t held;                   // bytes of an incomplete frame
  char *rest;
};
struct room {
  struct connection **watchers;
  int count, capacity;
};

static struct room rooms[ROOMS];
static char input[INPUT];
static int poller;

static void fail(const char *what) {
  perror(what);
  exit(1);
}

static void write_all(int fd, const char *data, size_t size) {
  while (size > 0) {
    ssize_t written = write(fd, data, size);
    if (written >= 0) {
      data += written;
      size -= written;
    } else if (errno == EAGAIN) {
      struct pollfd until = {fd, POLLOUT, 0};
      poll(&until, 1, -1);
    } else
      return; // the connection ended: its next read reports it
  }
}

// Completes a text frame whose payload begins at `frame + 4`. Returns where it begins; `*size` becomes its length.
static char *frame_text(char *frame, size_t *size) {
  size_t length = *size;
  char *start = length < 126 ? frame + 2 : frame;
  start[0] = (char)0x81;
  start[1] = (char)(length < 126 ? length : 126);
  if (length >= 126) {
    start[2] = (char)(length >> 8);
    start[3] = (char)length;
  }
  *size = length + (length < 126 ? 2 : 4);
  return start;
}

static void answer(struct connection *from, long id) {
  char frame[64];
  size_t size = sprintf(frame + 4, "{\"answer\":%ld}", id);
  char *start = frame_text(frame, &size);
  write_all(from->fd, start, size);
}

static void join(struct connection *watcher, int number) {
  struct room *room = &rooms[number];
  if (room->count == room->capacity) {
    room->capacity = room->capacity ? 2 * room->capacity : 8;
    room->watchers = realloc(room->watchers, room->capacity * sizeof *room->watchers);
  }
  watcher->room = number;
  watcher->place = room->count;
  room->watchers[room->count++] = watcher;
}

static void drop(struct connection *gone) {
  if (gone->room >= 0) {
    struct room *room = &rooms[gone->room];
    struct connection *last = room->watchers[--room->count];
    room->watchers[gone->place] = last;
    last->place = gone->place;
  }
  close(gone->fd);
  free(gone->rest);
  free(gone);
}

static void deliver(int number, const char *content) {
  char frame[OUTPUT];
  size_t size = snprintf(frame + 4, OUTPUT - 4,
                         "{\"type\":\"message.created\",\"message\":{\"id\":\"0123456789abcdef01234567\",\"roomId\":\"room-%d\","
                         "\"seq\":1,\"updatedSeq\":1,\"userId\":\"publisher-0123456789\",\"username\":\"publisher\","
                         "\"content\":\"%s\",\"timestamp\":\"2026-01-01T00:00:00.000Z\",\"editedAt\":null,"
                         "\"deleted\":false,\"reactions\":[]}}",
                         number, content);
  if (size > OUTPUT - 5) size = OUTPUT - 5;
  char *start = frame_text(frame, &size);
  struct room *room = &rooms[number];
  for (int at = 0; at < room->count; at++) write_all(room->watchers[at]->fd, start, size);
}

static void handle(struct connection *from, char *text) {
  char *id = strstr(text, "\"id\":"), *name = strstr(text, "room-"), *content = strstr(text, "\"content\":\"");
  if (!id || !name) return;
  int number = atoi(name + 5) % ROOMS;
  if (!content)
    join(from, number);
  else {
    content += 11;
    content[strcspn(content, "\"")] = 0;
    deliver(number, content);
  }
  answer(from, atol(id + 5));
}

// Handles the masked frame at `data`. Returns its length, or 0 if it is incomplete. `data[available]` may be overwritten.
static size_t read_frame(struct connection *from, char *data, size_t available) {
  if (available < 6) return 0;
  size_t length = data[1] & 0x7f, header = 6;
  if (length == 126) {
    if (available < 8) return 0;
    length = (unsigned char)data[2] << 8 | (unsigned char)data[3];
    header = 8;
  }
  if (available < header + length) return 0;
  char *mask = data + header - 4, *payload = data + header, next = payload[length];
  for (size_t at = 0; at < length; at++) payload[at] ^= mask[at & 3];
  payload[length] = 0;
  if ((data[0] & 0x0f) == 1) handle(from, payload);
  payload[length] = next;
  return header + length;
}

static const char upgrade[] = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                              "Sec-WebSocket-Accept: s3pPLMBiTaQ9kYGzzhZRbK+xOo=\r\n\r\n";

static void receive(struct connection *from) {
  memcpy(input, from->rest, from->held);
  ssize_t got = read(from->fd, input + from->held, INPUT - 1 - from->held);
  if (got < 0 && errno == EAGAIN) return;
  if (got <= 0) {
    drop(from);
    return;
  }
  size_t available = from->held + got, at = 0, length;
  if (!from->upgraded) {
    from->upgraded = 1; // the generator writes its request at once
    write_all(from->fd, upgrade, sizeof upgrade - 1);
    return;
  }
  while (at < available && (length = read_frame(from, input + at, available - at)) > 0) at += length;
  from->held = available - at;
  from->rest = realloc(from->rest, from->held + 1);
  memcpy(from->rest, input + at, from->held);
}

static void welcome(int listener) {
  int fd, yes = 1;
  while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0) {
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    struct connection *new = calloc(1, sizeof *new);
    new->fd = fd;
    new->room = -1;
    new->rest = malloc(1);
    struct epoll_event event = {EPOLLIN, {.ptr = new}};
    if (epoll_ctl(poller, EPOLL_CTL_ADD, fd, &event) < 0) fail("epoll_ctl");
  }
}

int main(void) {
  prctl(PR_SET_PDEATHSIG, SIGKILL); // ends with its parent
  signal(SIGPIPE, SIG_IGN);
  int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t size = sizeof address;
  if (bind(listener, (struct sockaddr *)&address, size) < 0 || listen(listener, 1024) < 0) fail("listen");
  getsockname(listener, (struct sockaddr *)&address, &size);
  poller = epoll_create1(0);
  struct epoll_event event = {EPOLLIN, {.ptr = NULL}}, events[256];
  epoll_ctl(poller, EPOLL_CTL_ADD, listener, &event);
  printf("listens on http://127.0.0.1:%d\n", ntohs(address.sin_port));
  fflush(stdout);
  for (;;) {
    int count = epoll_wait(poller, events, 256, -1);
    for (int at = 0; at < count; at++) {
      if (events[at].data.ptr) receive(events[at].data.ptr);
      else welcome(listener);
    }
  }
}
