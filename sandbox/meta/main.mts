/** `node sandbox/meta/main.mts [--port 0]`: prints one JSON line once it listens, ends on SIGINT or SIGTERM. */
import { Command } from 'commander';
import { startMeta } from './server.mts';

const { port } = new Command()
	.name('meta')
	.description('A simulated Meta: WhatsApp Cloud API and webhooks on loopback')
	.option('--port <number>', 'port to listen on, 0 for a free one', Number, 0)
	.parse()
	.opts<{ port: number }>();

const meta = await startMeta({ port });
console.log(JSON.stringify({ ready: true, url: meta.url }));

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
	process.once(signal, () => void meta.close().then(() => process.exit(0)));
}
