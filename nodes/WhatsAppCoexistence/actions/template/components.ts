import type { IDataObject } from 'n8n-workflow';
import { z } from 'zod';

import { checkParameters } from '../check-parameters';
import { dateIn } from '../date-in';
import { commaSeparated, json, list, mediaSource, numberBetween, text } from '../parameter-schema';
import { variableText } from './variable-text';
import type { TemplateVariable } from './variables';

const MAX_TEXT = 1024;

/** A date as n8n’s picker and expressions write it, in Unix milliseconds. */
function instant(timeZone: string | undefined) {
	return z.string().transform((date, context) => {
		const at = dateIn(date, timeZone);
		if (at !== undefined) return at.getTime();
		context.addIssue({ code: 'custom', message: 'has to be a date and time' });
		return z.NEVER;
	});
}

const productSections = list(
	z.object({ title: text(24), productIds: commaSeparated }).transform(({ title, productIds }) => ({
		title,
		product_items: productIds.map((id) => ({ product_retailer_id: id })),
	})),
	{ max: 10 },
);

/** What a value has to be, by the last step of the ID of its variable. */
const VALUES: Partial<Record<string, z.ZodTypeAny>> = {
	image: mediaSource,
	video: mediaSource,
	document: mediaSource,
	gif: mediaSource,
	latitude: numberBetween(-90, 90),
	longitude: numberBetween(-180, 180),
	payload: text(256),
	coupon_code: text(15),
	flow_action_data: json(z.record(z.unknown())),
	order_details: json(z.record(z.unknown())),
	ttl_minutes: numberBetween(1, 43_200),
	mpm_sections: productSections,
};

/**
 * The `components` of a template message.
 *
 * @param values what was filled in, by the ID of the variable
 * @param variables what the template wants, so far as it is known
 * @param flatten whether line breaks and the like in a text become spaces, instead of being refused
 * @param timeZone of the workflow, for a date without one; that of the process where it is left out
 * @throws UserError where a value is missing or beyond Meta’s limits
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/templates/overview
 */
export function componentsOf(
	values: IDataObject,
	variables: ReadonlyArray<Pick<TemplateVariable, 'id' | 'label' | 'required'>>,
	flatten: boolean,
	timeZone?: string,
): IDataObject[] {
	const required = variables.filter((variable) => variable.required).map(({ id }) => id);
	const filled = Object.keys(values).filter((id) => !isEmpty(values[id]));
	const ids = [...new Set([...required, ...filled])];
	const checked = checkParameters(
		z.object(Object.fromEntries(ids.map((id) => [id, valueOf(id, flatten, timeZone)]))),
		Object.fromEntries(filled.map((id) => [id, values[id]])),
		variables.map(({ id, label }) => ({
			name: id,
			displayName: label,
			type: 'string',
			default: '',
		})),
	);
	return render(treeOf(checked));
}

function valueOf(id: string, flatten: boolean, timeZone: string | undefined): z.ZodTypeAny {
	const last = id.slice(id.lastIndexOf('.') + 1);
	if (id.includes('.text.') || last === 'url') return variableText(flatten);
	if (last === 'expiration') return instant(timeZone);
	return VALUES[last] ?? text(MAX_TEXT);
}

function isEmpty(value: unknown): boolean {
	return value === undefined || value === null || value === '';
}

/** The values of one message or of one card, by place. */
interface Tree {
	header?: {
		text?: Record<string, string>;
		image?: IDataObject;
		video?: IDataObject;
		document?: IDataObject;
		gif?: IDataObject;
		filename?: string;
		location?: IDataObject;
		product?: IDataObject;
	};
	body?: { text: Record<string, string> };
	button?: Record<string, ButtonValues>;
	limited_time_offer?: { expiration: number };
	card?: Record<string, Tree>;
}

interface ButtonValues {
	payload?: string;
	url?: string;
	coupon_code?: string;
	flow_token?: string;
	flow_action_data?: IDataObject;
	catalog_thumbnail?: string;
	mpm_thumbnail?: string;
	mpm_sections?: IDataObject[];
	order_details?: IDataObject;
	ttl_minutes?: number;
	call_payload?: string;
}

/** `{ 'body.text.1': 'Marta' }` becomes `{ body: { text: { 1: 'Marta' } } }`. */
function treeOf(values: Record<string, unknown>): Tree {
	const tree: Record<string, unknown> = {};
	for (const [id, value] of Object.entries(values)) {
		const steps = id.split('.');
		const last = steps.pop() as string;
		let place = tree;
		for (const step of steps) place = (place[step] ??= {}) as Record<string, unknown>;
		place[last] = value;
	}
	return tree;
}

function render({ header, body, limited_time_offer, card, button }: Tree): IDataObject[] {
	const components: IDataObject[] = [];
	if (header !== undefined) {
		components.push({ type: 'header', parameters: headerParameters(header) });
	}
	if (body !== undefined) components.push({ type: 'body', parameters: textParameters(body.text) });
	if (limited_time_offer !== undefined) {
		components.push({
			type: 'limited_time_offer',
			parameters: [
				{
					type: 'limited_time_offer',
					limited_time_offer: { expiration_time_ms: limited_time_offer.expiration },
				},
			],
		});
	}
	for (const [index, values] of byNumber(button)) {
		components.push({ type: 'button', index, ...buttonParameters(values) });
	}
	if (card !== undefined) {
		const cards = byNumber(card).map(([index, values]) => ({
			card_index: Number(index),
			components: render(values),
		}));
		components.push({ type: 'carousel', cards });
	}
	return components;
}

function headerParameters(header: NonNullable<Tree['header']>): IDataObject[] {
	const { text: texts, image, video, gif, document, filename, location, product } = header;
	if (texts !== undefined) return textParameters(texts);
	if (image !== undefined) return [{ type: 'image', image }];
	if (video !== undefined) return [{ type: 'video', video }];
	if (gif !== undefined) return [{ type: 'gif', gif }];
	if (document !== undefined) {
		const named = filename === undefined ? {} : { filename };
		return [{ type: 'document', document: { ...document, ...named } }];
	}
	if (location !== undefined) return [{ type: 'location', location }];
	return [{ type: 'product', product }];
}

/** Numbered variables go by their place, named ones carry their name. */
function textParameters(texts: Record<string, string>): IDataObject[] {
	return byNumber(texts).map(([name, value]) => ({
		type: 'text',
		...(/^\d+$/.test(name) ? {} : { parameter_name: name }),
		text: value,
	}));
}

function buttonParameters(values: ButtonValues): IDataObject {
	if (values.payload !== undefined) {
		const parameter = { type: 'payload', payload: values.payload };
		return { sub_type: 'quick_reply', parameters: [parameter] };
	}
	if (values.url !== undefined) {
		return { sub_type: 'url', parameters: [{ type: 'text', text: values.url }] };
	}
	if (values.coupon_code !== undefined) {
		const parameter = { type: 'coupon_code', coupon_code: values.coupon_code };
		return { sub_type: 'copy_code', parameters: [parameter] };
	}
	if (values.order_details !== undefined) {
		return action('order_details', { order_details: values.order_details });
	}
	if (values.ttl_minutes !== undefined || values.call_payload !== undefined) {
		return { sub_type: 'voice_call', parameters: callParameters(values) };
	}
	const { flow_token, flow_action_data, catalog_thumbnail, mpm_thumbnail, mpm_sections } = values;
	if (catalog_thumbnail !== undefined) {
		return action('catalog', { thumbnail_product_retailer_id: catalog_thumbnail });
	}
	if (mpm_sections !== undefined) {
		return action('mpm', {
			thumbnail_product_retailer_id: mpm_thumbnail,
			sections: mpm_sections,
		});
	}
	return action('flow', {
		flow_token,
		...(flow_action_data === undefined ? {} : { flow_action_data }),
	});
}

function callParameters({ ttl_minutes, call_payload }: ButtonValues): IDataObject[] {
	return [
		...(ttl_minutes === undefined ? [] : [{ type: 'ttl_minutes', ttl_minutes }]),
		...(call_payload === undefined ? [] : [{ type: 'payload', payload: call_payload }]),
	];
}

function action(subType: string, content: IDataObject): IDataObject {
	return { sub_type: subType, parameters: [{ type: 'action', action: content }] };
}

/** Entries in the order of their numbers; names stay as they are. */
function byNumber<T>(entries: Record<string, T> = {}): Array<[string, T]> {
	return Object.entries(entries).sort(([a], [b]) => Number(a) - Number(b) || 0);
}
