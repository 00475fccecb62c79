/** Planned misbehaviour of the simulated Meta, for tests of what a client does about it. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';

export const faultSchema = z
	.object({
		method: z.string().optional(),
		/** Regular expression matched against path and query, `appsecret_proof` left out. */
		path: z.string(),
		/** How many calls it hits. */
		times: z.number().int().positive().default(1),
		/** With `after` the call takes effect first and only its answer is replaced. */
		when: z.enum(['before', 'after']).default('before'),
		/** Without it (and without `dropConnection`) the call is only delayed. */
		status: z.number().int().optional(),
		/** Sent as JSON, or as it is if it is a string. */
		body: z.unknown().optional(),
		headers: z.record(z.string()).default({}),
		delayMs: z.number().nonnegative().default(0),
		dropConnection: z.boolean().default(false),
	})
	.strict();

export type Fault = z.infer<typeof faultSchema>;

export type FaultPlan = Fault[];

/** Applies the plan to every route of `server`. */
export function injectFaults(server: FastifyInstance, plan: FaultPlan): void {
	server.addHook('onRequest', async (request, reply) => {
		const fault = take(plan, request, 'before');
		if (fault) await misbehave(fault, request, reply);
	});
	server.addHook('preSerialization', async (request, reply, payload) => {
		const fault = take(plan, request, 'after');
		if (!fault) return payload;
		await sleep(fault.delayMs);
		if (fault.dropConnection) request.raw.socket.destroy();
		if (fault.status === undefined) return payload;
		reply.code(fault.status).headers(fault.headers);
		return fault.body ?? {};
	});
}

function take(plan: FaultPlan, request: FastifyRequest, when: Fault['when']): Fault | undefined {
	const url = request.url.replace(/[?&]appsecret_proof=\w+$|(?<=[?&])appsecret_proof=\w+&/, '');
	const fault = plan.find(
		(candidate) =>
			candidate.when === when &&
			candidate.times > 0 &&
			(candidate.method ?? request.method).toUpperCase() === request.method &&
			new RegExp(candidate.path).test(url),
	);
	if (fault) fault.times--;
	return fault;
}

async function misbehave(
	fault: Fault,
	request: FastifyRequest,
	reply: FastifyReply,
): Promise<void> {
	await sleep(fault.delayMs);
	if (fault.dropConnection) {
		reply.hijack();
		request.raw.socket.destroy();
	} else if (fault.status !== undefined) {
		await reply
			.code(fault.status)
			.headers(fault.headers)
			.send(fault.body ?? '');
	}
}
