import type { GraphCall } from './call.mts';
import { NODE_TYPE } from './call.mts';
import { selectFields } from './fields.mts';

/** `GET /<APP_ID>` */
export function readApp({ node: app, params }: GraphCall<'app'>) {
	const available = {
		id: app.id,
		name: app.name,
		link: `https://www.facebook.com/games/?app_id=${app.id}`,
		category: 'Business and Pages',
	};
	return selectFields(available, params.fields, ['category', 'link', 'name'], NODE_TYPE.app);
}
