import path from 'node:path';

/**
 * Settings of an n8n whose nodes find a simulated service where the real one would be.
 *
 * @param addresses by the host that the nodes have built in
 */
export function simulatedHosts(addresses: Record<string, string>): Record<string, string> {
	return {
		NODE_OPTIONS: `--require ${path.join(import.meta.dirname, 'simulated-hosts.cjs')}`,
		SIMULATED_HOSTS: JSON.stringify(addresses),
	};
}
