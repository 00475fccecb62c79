import { setImmediate } from 'node:timers/promises';

import { expect, test } from '@jest/globals';

import { oneAtATime } from '../../../nodes/WhatsAppCoexistence/callbacks/one-at-a-time';

/** Changes that say when they begin, and take until they are told to end. */
function changes() {
	const begun: string[] = [];
	const ends = new Map<string, PromiseWithResolvers<string>>();
	const change = async (appId: string, name: string) => {
		ends.set(name, Promise.withResolvers());
		return await oneAtATime(appId, async () => {
			begun.push(name);
			return await ends.get(name)!.promise;
		});
	};
	return { begun, change, end: (name: string) => ends.get(name)! };
}

test('changes of one app come one after the other, in their order, even after one that fails', async () => {
	const { begun, change, end } = changes();
	const first = change('app', 'first');
	const second = change('app', 'second');
	const third = change('app', 'third');
	await setImmediate();
	expect(begun).toEqual(['first']);

	end('first').resolve('done');
	expect(await first).toBe('done');
	await setImmediate();
	expect(begun).toEqual(['first', 'second']);

	end('second').reject(new Error('Meta refused'));
	await expect(second).rejects.toThrow('Meta refused');
	await setImmediate();
	expect(begun).toEqual(['first', 'second', 'third']);

	// One that comes while the last one is being made waits for it too.
	const fourth = change('app', 'fourth');
	await setImmediate();
	expect(begun).not.toContain('fourth');
	end('third').resolve('done');
	end('fourth').resolve('done');
	expect(await Promise.all([third, fourth])).toEqual(['done', 'done']);
});

test('changes of different apps do not wait for each other', async () => {
	const { begun, change, end } = changes();
	const one = change('one app', 'one');
	const other = change('another app', 'other');
	await setImmediate();
	expect(begun).toEqual(['one', 'other']);
	end('one').resolve('done');
	end('other').resolve('done');
	await Promise.all([one, other]);
});
