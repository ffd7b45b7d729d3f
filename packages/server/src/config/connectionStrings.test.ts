import { describe, expect, test } from 'vitest';
import {
  fetchedUrlProblem,
  mongoUriProblem,
  redisDatabase,
  redisUrlProblem,
  trustedUrlProblem,
} from './connectionStrings.ts';

describe('connection strings are checked as their libraries parse them', () => {
  test.each([
    'mongodb://a:1,b:2,c:3/?replicaSet=x',
    'mongodb://a',
    'mongodb://ada:p%40ss@a:1,b:2/chat?authSource=admin',
    'mongodb://[::1]:27017,[2001:db8::1]:27018/?tls=true',
    'mongodb+srv://ada:secret@cluster.example.com/?retryWrites=true',
  ])('MongoDB: %s', (text) => expect(mongoUriProblem(text)).toBeNull());

  test.each([
    'mongodb://',
    'mongodb://a:notaport',
    'mongodb://ada:hush%zz@a:1',
    'mongodb+srv://ada:hush@a.example.com:1',
    'mongodb://ada:hu@sh@a',
    'http://ada:hush@a',
  ])('not MongoDB: %s, and the message does not quote it', (text) => {
    expect(mongoUriProblem(text)).toMatch(/^must be/);
    expect(mongoUriProblem(text)).not.toMatch(/hush|ada|hu@/);
  });

  test.each([
    'redis://a',
    'redis://[::1]:6379/2',
    'rediss://:p%23ss%40word@a:6380',
    'rediss://ada:p%2Fss@a/1',
    'redis://a?db=3&family=6',
  ])('Redis: %s', (text) => expect(redisUrlProblem(text)).toBeNull());

  test.each(['redis://:hush#x@a', 'redis://ada:100%hush@a', 'redis://a/chat', 'redis://', 'redis:///1', 'a:6379'])(
    'not Redis: %s, and the sentence quotes none of it',
    (text) => {
      expect(redisUrlProblem(text)).toMatch(/^must /);
      expect(redisUrlProblem(text)).not.toMatch(/hush|ada|chat/);
    },
  );

  test.each([
    ['redis://a', '0'],
    ['redis://a/', '0'],
    ['redis://a/7?db=3', '7'],
    ['redis://a?db=3', '3'],
  ])('the database of %s is %s', (url, database) => expect(redisDatabase(url)).toBe(database));

  test('a URL to fetch must not contain a password', () => {
    expect(fetchedUrlProblem('https://id.example/keys')).toBeNull();
    expect(fetchedUrlProblem('https://ada:hush@id.example/keys')).toMatch(/^must not contain a user name/);
    expect(fetchedUrlProblem('ftp://id.example')).toMatch(/^must be/);
  });

  test.each([
    'https://id.example/keys',
    'http://localhost:8080/keys',
    'http://127.0.0.1/keys',
    'http://127.1/keys',
    'http://[::1]:9/keys',
  ])('a URL to trust: %s', (text) => expect(trustedUrlProblem(text)).toBeNull());

  test.each([
    'http://id.example/keys',
    'http://10.0.0.1/keys',
    'http://localhost.example/keys',
    'http://127.0.0.1.example/keys',
    'http://[::2]/keys',
  ])('plain HTTP is not trusted beyond this machine: %s', (text) =>
    expect(trustedUrlProblem(text)).toMatch(/^must start with https:/),
  );

  test('a URL to trust is checked like any other', () => {
    expect(trustedUrlProblem('ftp://localhost/keys')).toMatch(/^must be a URL/);
    expect(trustedUrlProblem('https://ada:hush@id.example/keys')).toMatch(/^must not contain a user name/);
  });
});
