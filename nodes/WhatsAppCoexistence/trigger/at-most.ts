/** What a promise resolves with; undefined once so many ms have passed. It keeps no process alive. */
export async function atMost<T>(ms: number, promise: Promise<T>): Promise<T | undefined> {
	const patience = AbortSignal.timeout(ms);
	const isOver = new Promise<undefined>((resolve) => {
		patience.addEventListener('abort', () => resolve(undefined), { once: true });
	});
	return await Promise.race([promise, isOver]);
}
