import { createEarshotClient, type EarshotClient, type Location } from '@earshot/client';
import { EarshotProvider, type RoomView, useConnectionState, useRoom } from '@earshot/client/react';
import { useEffect, useState } from 'react';

interface LocalChatProps {
  url: string;
  username: string;
  location: Location;
}

/** Creates one client while the component is mounted, and shows the room at a location. */
export function LocalChat({ url, username, location }: LocalChatProps) {
  const [client, setClient] = useState<EarshotClient | null>(null);
  useEffect(() => {
    const created = createEarshotClient({ url, username });
    setClient(created);
    return () => void created.close();
  }, [url, username]);
  return (
    <EarshotProvider client={client}>
      <Room location={location} />
    </EarshotProvider>
  );
}

function Room({ location }: { location: Location }) {
  const room = useRoom({ location });
  const connection = useConnectionState();
  if (room.status === 'joining')
    return <p role="status">{room.error?.message ?? 'Looking for the room around you …'}</p>;
  return (
    <section aria-label={room.room?.name}>
      <p role="status">{connection.status === 'open' ? `${room.userCount} here` : 'You are offline.'}</p>
      {room.status !== 'live' && room.error && <p role="alert">{room.error.message}</p>}
      <ul aria-label="Present">
        {room.present.map((member) => (
          <li key={member.userId}>{member.username}</li>
        ))}
      </ul>
      {room.hasOlder && (
        <button type="button" onClick={() => room.loadOlder()} disabled={room.loadingOlder}>
          Older messages
        </button>
      )}
      <Timeline room={room} />
      <p>{room.typing.map(({ username }) => `${username} is typing …`).join(' ')}</p>
      <Form room={room} />
    </section>
  );
}

function Timeline({ room }: { room: RoomView }) {
  return (
    <ol aria-label="Messages">
      {room.messages.map((message) => (
        <li key={message.id}>
          <b>{message.username}</b> {message.deleted ? <i>deleted</i> : message.content}
        </li>
      ))}
      {room.pending.map(({ clientMessageId, content, error }) => (
        <li key={clientMessageId}>
          {content} <i>{error?.message ?? 'sending …'}</i>
          {error && (
            <button type="button" onClick={() => room.retry(clientMessageId)}>
              Try again
            </button>
          )}
        </li>
      ))}
    </ol>
  );
}

function Form({ room }: { room: RoomView }) {
  const [content, setContent] = useState('');
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        room.send(content);
        setContent('');
      }}
    >
      <input
        aria-label="Message"
        value={content}
        onChange={(event) => {
          setContent(event.target.value);
          room.setTyping(event.target.value !== '');
        }}
      />
      <button type="submit" disabled={content.trim() === ''}>
        Send
      </button>
    </form>
  );
}
