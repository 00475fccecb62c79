/** https://developers.facebook.com/documentation/business-messaging/whatsapp/reference/whatsapp-business-account/message-template-api */
import type { MessageTemplate } from '../default-templates.mts';
import { requireScope } from './access.mts';
import { type GraphCall, NODE_TYPE } from './call.mts';
import { selectFields } from './fields.mts';
import { page } from './paging.mts';

const DEFAULT_FIELDS = ['name', 'parameter_format', 'components', 'language', 'status', 'category'];

/** `GET /<WABA_ID>/message_templates`, filtered by name, language, status and category. */
export function readTemplates(call: GraphCall<'waba'>) {
	requireScope(call, 'whatsapp_business_management');
	const { node: waba, params } = call;
	const matching = waba.templates.filter(
		(template) =>
			template.name.includes(String(params.name ?? '')) &&
			(['language', 'status', 'category'] as const).every(
				(key) => params[key] === undefined || params[key] === template[key],
			),
	);
	return page(
		call,
		matching.map((template) => show(template, params.fields)),
	);
}

/** `GET /<TEMPLATE_ID>` */
export function readTemplate(call: GraphCall<'template'>) {
	requireScope(call, 'whatsapp_business_management');
	return show(call.node, call.params.fields);
}

function show(template: MessageTemplate, fields: unknown) {
	const available = {
		...template,
		quality_score: { score: 'UNKNOWN' },
		rejected_reason: template.status === 'REJECTED' ? 'PROMOTIONAL' : 'NONE',
	};
	return selectFields(available, fields, DEFAULT_FIELDS, NODE_TYPE.template);
}
