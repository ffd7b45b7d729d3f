import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findNginx } from '../../services/proxies.ts';
import { freePort } from '../../services/service.ts';

/** Starts nginx in front of one server, without TLS. It passes the address of each client to the server. */
export async function startNginx(upstream: string): Promise<{ url: string } & AsyncDisposable> {
  const folder = await mkdtemp(join(tmpdir(), 'earshot-nginx-'));
  await chmod(folder, 0o755); // its workers do not run as root
  const port = await freePort();
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (of) => `${of}_temp_path ${folder}/${of};`,
  );
  const config = `
worker_processes 1;
daemon off;
pid ${folder}/pid;
events { worker_connections 4096; }
http {
  access_log off;
  ${temporary.join('\n  ')}
  server {
    listen 127.0.0.1:${port};
    location / {
      proxy_pass http://${upstream};
      proxy_http_version 1.1;
      proxy_set_header Upgrade $http_upgrade;
      proxy_set_header Connection upgrade;
      proxy_set_header X-Forwarded-For $remote_addr;
    }
  }
}`;
  const file = join(folder, 'nginx.conf');
  await writeFile(file, config);
  const child = spawn(await findNginx(), ['-p', folder, '-e', join(folder, 'log'), '-c', file], { stdio: 'ignore' });
  const exited = once(child, 'exit');
  const url = `http://127.0.0.1:${port}`;
  for (;;) {
    if (child.exitCode !== null) throw new Error(`nginx ended with code ${child.exitCode}`);
    const response = await fetch(`${url}/ready`).catch(() => null);
    if (response?.ok) break;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const dispose = async () => {
    child.kill('SIGTERM');
    await exited;
    await rm(folder, { recursive: true, force: true });
  };
  return { url, [Symbol.asyncDispose]: dispose };
}
