import { afterEach, beforeEach, expect, test } from '@jest/globals';

import { productionUrl, testUrl } from '../../../nodes/WhatsAppCoexistence/callbacks/address';
import { whoReceives } from '../../../nodes/WhatsAppCoexistence/callbacks/receivers';
import { APP_SECRET, startNeighbours, type Neighbours } from './neighbours.mts';

let neighbours: Neighbours;
beforeEach(async () => {
	neighbours = await startNeighbours();
});
afterEach(async () => await neighbours.close());

const at = (id: string, query = '') => productionUrl(neighbours.base, id) + query;
const testAt = (id: string) => testUrl(neighbours.base, id);
const receiversAt = async (url: string) => await whoReceives(neighbours.context, url, APP_SECRET);

function answersAs(url: string, workflow: string): void {
	neighbours.triggerAt(url, { workflow, account: '900000000000001', registerFor: 'account' });
}

test('a callback of ours brings events to its workflows and to their tests, in this order', async () => {
	answersAs(at('aaa'), 'Bookings');
	answersAs(at('bbb'), 'Archive');
	answersAs(testAt('ccc'), 'Draft');
	expect(await receiversAt(at('aaa', '?test=ccc&with=bbb'))).toEqual([
		{ url: at('aaa'), workflow: 'Bookings', gone: false },
		{ url: at('bbb'), workflow: 'Archive', gone: false },
		{ url: testAt('ccc'), workflow: 'Draft', gone: false },
	]);
});

test('whoever only holds the fields of the app receives nothing there', async () => {
	answersAs(at('aaa'), 'Bookings');
	answersAs(at('bbb'), 'Archive');
	expect(await receiversAt(at('aaa', '?with=~bbb'))).toMatchObject([{ workflow: 'Bookings' }]);
	expect(await receiversAt(at('aaa', '?with=~.bbb'))).toMatchObject([{ workflow: 'Archive' }]);
});

test('those that n8n does not know any more have gone, and nobody else', async () => {
	neighbours.at(at('bbb'), () => ({ status: 403 }));
	neighbours.at(at('ccc'), () => ({ status: 500 }));
	neighbours.at(at('ddd'), () => 'hangs up');
	expect(await receiversAt(at('aaa', '?with=bbb.ccc.ddd'))).toEqual([
		{ url: at('aaa'), workflow: null, gone: true },
		{ url: at('bbb'), workflow: null, gone: false },
		{ url: at('ccc'), workflow: null, gone: false },
		{ url: at('ddd'), workflow: null, gone: false },
	]);
});

test.each(['/meta', '/webhook/4f1c/other'])(
	'somebody else’s callback, such as %s, is the only receiver and does not tell who it is',
	async (path) => {
		const url = new URL(path, at('')).href;
		neighbours.at(url, () => ({ status: 200, body: 'OK' }));
		expect(await receiversAt(url)).toEqual([{ url, workflow: null, gone: false }]);
	},
);
