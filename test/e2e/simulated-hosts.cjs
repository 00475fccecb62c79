/**
 * Loaded into n8n before it starts: what its nodes ask of a host that they have built in goes to the
 * address that SIMULATED_HOSTS gives for it.
 */
const http = require('node:http');
const https = require('node:https');

const simulated = JSON.parse(process.env.SIMULATED_HOSTS);
const { request } = https;

https.request = (options, ...others) => {
	const address = simulated[options.hostname];
	if (address === undefined) return request(options, ...others);
	const { hostname, port } = new URL(address);
	const to = { protocol: 'http:', hostname, host: hostname, port, agent: undefined };
	return http.request({ ...options, ...to }, ...others);
};
