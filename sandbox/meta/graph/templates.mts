/** https://developers.facebook.com/documentation/business-messaging/whatsapp/reference/whatsapp-business-account/message-template-api */
import { z } from 'zod';
import type { MessageTemplate } from '../default-templates.mts';
import { invalidParameter, invalidShape, parameterRequired } from '../graph-errors.mts';
import { requireScope } from './access.mts';
import { type GraphCall, NODE_TYPE } from './call.mts';
import { selectFields } from './fields.mts';
import { page } from './paging.mts';
import {
	categorySchema,
	checkedComponents,
	createSchema,
	refused,
} from './template-definition.mts';

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

const FIRST_NEW_ID = 970_000_000_000_001;
const DAY_MS = 24 * 60 * 60 * 1000;
const NAME_TAKEN_MS = 30 * DAY_MS;

/** `POST /<WABA_ID>/message_templates`: a new template, which Meta then reviews. */
export function createTemplate(call: GraphCall<'waba'>) {
	requireScope(call, 'whatsapp_business_management');
	const { node: waba, simulation } = call;
	const parsed = createSchema.safeParse(call.body);
	if (!parsed.success) {
		throw invalidShape(parsed.error);
	}
	const { name, language, category, parameter_format } = parsed.data;
	const sameName = waba.templates.filter((template) => template.name === name);
	if (sameName.some((template) => template.language === language)) {
		throw refused(
			2388024,
			'Content in This Language Already Exists',
			`There is already ${language} content for this template. You can create a new template and try again.`,
		);
	}
	if ((waba.deletedNames[name] ?? 0) > simulation.clock.now()) {
		throw refused(
			2388023,
			'Message Template Language Is Being Deleted',
			'New content cannot be added while the existing content is being deleted. Try again in 4 weeks.',
		);
	}
	const components = checkedComponents(simulation.world, parameter_format, parsed.data.components);
	const created = simulation.world.wabas.flatMap(({ templates }) => templates);
	const id = String(
		FIRST_NEW_ID + created.filter((other) => Number(other.id) >= FIRST_NEW_ID).length,
	);
	waba.templates.push({
		id,
		name,
		language,
		category,
		parameter_format,
		components,
		status: 'PENDING',
	});
	return { id, status: 'PENDING', category };
}

const editSchema = z
	.object({ category: categorySchema.optional(), components: z.unknown().optional() })
	.strict();

/** `POST /<TEMPLATE_ID>`: other components, all of them; an approved one once a day and ten times in 30. */
export function editTemplate(call: GraphCall<'template'>) {
	requireScope(call, 'whatsapp_business_management');
	const { node: template, simulation } = call;
	const parsed = editSchema.safeParse(call.body);
	if (!parsed.success) throw invalidParameter('Only category and components can be edited.');
	const { category, components } = parsed.data;
	if (!['APPROVED', 'REJECTED', 'PAUSED'].includes(template.status)) {
		throw invalidParameter(`A template that is ${template.status} cannot be edited.`);
	}
	const now = simulation.clock.now();
	if (template.status === 'APPROVED') {
		if (category !== undefined && category !== template.category) {
			throw invalidParameter('The category of an approved template cannot be edited.');
		}
		const edits = (template.edits ?? []).filter((at) => at > now - 30 * DAY_MS);
		if (edits.length >= 10 || edits.some((at) => at > now - DAY_MS)) {
			throw invalidParameter(
				'An approved template is edited once in 24 hours and ten times in 30 days.',
			);
		}
		template.edits = [...edits, now];
	}
	if (components !== undefined) {
		template.components = checkedComponents(
			simulation.world,
			template.parameter_format,
			components,
		);
	}
	template.category = category ?? template.category;
	template.status = template.status === 'REJECTED' ? 'PENDING' : 'APPROVED';
	return { success: true };
}

/** `DELETE /<WABA_ID>/message_templates`: all languages of a name or, with `hsm_id`, one of them. */
export function deleteTemplates(call: GraphCall<'waba'>) {
	requireScope(call, 'whatsapp_business_management');
	const { node: waba, params, simulation } = call;
	if (params.name === undefined) throw parameterRequired('name');
	const named = waba.templates.filter(({ name }) => name === params.name);
	const doomed = named.filter(({ id }) => params.hsm_id === undefined || id === params.hsm_id);
	if (doomed.length === 0) throw invalidParameter('There is no such message template.');
	if (doomed.some(({ status }) => status === 'DISABLED')) {
		throw invalidParameter('A disabled template cannot be deleted.');
	}
	if (doomed.some(({ status }) => status === 'APPROVED')) {
		waba.deletedNames[String(params.name)] = simulation.clock.now() + NAME_TAKEN_MS;
	}
	waba.templates = waba.templates.filter((template) => !doomed.includes(template));
	return { success: true };
}

function show({ edits: _, ...template }: MessageTemplate, fields: unknown) {
	const available = {
		...template,
		quality_score: { score: 'UNKNOWN' },
		rejected_reason: template.status === 'REJECTED' ? 'PROMOTIONAL' : 'NONE',
	};
	return selectFields(available, fields, DEFAULT_FIELDS, NODE_TYPE.template);
}
