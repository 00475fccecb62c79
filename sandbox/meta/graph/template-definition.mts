/** The form of a template: https://developers.facebook.com/documentation/business-messaging/whatsapp/templates/components */
import { z } from 'zod';
import type { MessageTemplate, TemplateButton, TemplateComponent } from '../default-templates.mts';
import { GraphError, invalidParameter, invalidShape } from '../graph-errors.mts';
import type { World } from '../world.mts';
import { isUploaded } from './uploads.mts';

const named = z.array(z.object({ param_name: z.string(), example: z.string().min(1) }).strict());

const headerSchema = z
	.object({
		type: z.literal('HEADER'),
		format: z.enum(['TEXT', 'IMAGE', 'VIDEO', 'DOCUMENT', 'LOCATION']),
		text: z.string().min(1).max(60).optional(),
		example: z
			.object({
				header_text: z.array(z.string().min(1)).length(1).optional(),
				header_text_named_params: named.length(1).optional(),
				header_handle: z.array(z.string()).length(1).optional(),
			})
			.strict()
			.optional(),
	})
	.strict();

const bodySchema = z
	.object({
		type: z.literal('BODY'),
		text: z.string().min(1).max(1024),
		example: z
			.object({
				body_text: z
					.array(z.array(z.string().min(1)))
					.length(1)
					.optional(),
				body_text_named_params: named.optional(),
			})
			.strict()
			.optional(),
	})
	.strict();

const footerSchema = z
	.object({ type: z.literal('FOOTER'), text: z.string().min(1).max(60) })
	.strict();

const buttonText = z.string().min(1).max(25);

const buttonSchema = z.discriminatedUnion('type', [
	z.object({ type: z.literal('QUICK_REPLY'), text: buttonText }).strict(),
	z
		.object({
			type: z.literal('URL'),
			text: buttonText,
			url: z.string().url().max(2000),
			example: z.array(z.string().url()).length(1).optional(),
		})
		.strict(),
	z
		.object({
			type: z.literal('PHONE_NUMBER'),
			text: buttonText,
			phone_number: z.string().regex(/^\+?\d{5,20}$/),
		})
		.strict(),
	z.object({ type: z.literal('COPY_CODE'), example: z.string().min(1).max(15) }).strict(),
	z.object({ type: z.literal('FLOW'), text: buttonText, flow_id: z.string() }).passthrough(),
]);

const buttonsSchema = z
	.object({ type: z.literal('BUTTONS'), buttons: z.array(buttonSchema).min(1).max(10) })
	.strict();

const componentsSchema = z
	.array(z.discriminatedUnion('type', [headerSchema, bodySchema, footerSchema, buttonsSchema]))
	.min(1);

export const categorySchema = z.enum(['MARKETING', 'UTILITY', 'AUTHENTICATION']);

export const createSchema = z
	.object({
		name: z.string().regex(/^[a-z0-9_]{1,512}$/),
		language: z.string().regex(/^[a-z]{2,3}(_[A-Z]{2})?$/),
		category: categorySchema,
		parameter_format: z
			.string()
			.regex(/^(named|positional)$/i)
			.default('positional')
			.transform((format) => format.toUpperCase() as MessageTemplate['parameter_format']),
		components: z.unknown(),
	})
	.strict();

/** How many buttons of a kind a template may have. */
const MOST: Partial<Record<TemplateButton['type'], number>> = {
	URL: 2,
	PHONE_NUMBER: 1,
	COPY_CODE: 1,
};

const HEADER_TYPES: Partial<Record<string, readonly string[]>> = {
	IMAGE: ['image/jpeg', 'image/jpg', 'image/png'],
	VIDEO: ['video/mp4'],
	DOCUMENT: ['application/pdf'],
};

/**
 * The components of a template, once they are found to be as Meta takes them.
 *
 * @throws GraphError 100 with a sub-code of Meta's where there is one
 */
export function checkedComponents(
	world: World,
	format: MessageTemplate['parameter_format'],
	given: unknown,
): TemplateComponent[] {
	const parsed = componentsSchema.safeParse(given);
	if (!parsed.success) {
		throw invalidShape(parsed.error, 'components');
	}
	const components = parsed.data;
	const types = components.map(({ type }) => type);
	if (new Set(types).size < types.length)
		throw invalidParameter('Each type of component is there once.');
	if (!types.includes('BODY')) throw missingField('BODY', 'text');
	for (const component of components) {
		if (component.type === 'BODY') checkBody(component, format);
		if (component.type === 'HEADER') checkHeader(world, component, format);
		if (component.type === 'FOOTER' && variables(component.text).length > 0) {
			throw refused(2388073, 'Message Footer Format Incorrect', 'A footer has no variables.');
		}
		if (component.type === 'BUTTONS') checkButtons(component.buttons);
	}
	return components.map((component) =>
		component.type === 'BUTTONS'
			? {
					...component,
					buttons: component.buttons.map((button) =>
						button.type === 'COPY_CODE'
							? { ...button, text: 'Copy code', example: [button.example] }
							: button,
					),
				}
			: component,
	);
}

function checkBody({ text, example }: z.infer<typeof bodySchema>, format: string): void {
	const trimmed = text.trim();
	if (trimmed.startsWith('{{') || trimmed.endsWith('}}')) {
		throw refused(
			2388299,
			'Leading or Trailing Params Not Allowed',
			'Variables can’t be at the start or end of the template.',
		);
	}
	checkExamples('BODY', text, format, example?.body_text?.[0], example?.body_text_named_params);
}

function checkHeader(
	world: World,
	{ format: kind, text, example }: z.infer<typeof headerSchema>,
	format: string,
): void {
	if (kind === 'TEXT') {
		if (text === undefined) throw missingField('HEADER', 'text');
		if (variables(text).length > 1) {
			throw refused(
				2388047,
				'Message Header Format Incorrect',
				'A header has one variable at most.',
			);
		}
		checkExamples('HEADER', text, format, example?.header_text, example?.header_text_named_params);
		return;
	}
	const types = HEADER_TYPES[kind];
	if (types === undefined) return;
	const handle = example?.header_handle?.[0];
	if (handle === undefined) throw missingField('HEADER', 'example');
	if (!isUploaded(world, handle, types)) {
		throw invalidParameter('The header handle is not one of an uploaded file of this kind.');
	}
}

function checkExamples(
	part: 'BODY' | 'HEADER',
	text: string,
	format: string,
	inOrder: string[] = [],
	byName: Array<{ param_name: string }> = [],
): void {
	const names = variables(text);
	const numbered = names.every((name, index) => name === String(index + 1));
	const [code, title] =
		part === 'BODY'
			? ([2388072, 'Message Body Format Incorrect'] as const)
			: ([2388047, 'Message Header Format Incorrect'] as const);
	if (format === 'POSITIONAL' ? !numbered : names.some((name) => !/^[a-z][a-z0-9_]*$/.test(name))) {
		throw refused(code, title, 'Variables are {{1}}, {{2}}… or names in lower case.');
	}
	const given = format === 'POSITIONAL' ? inOrder.length : byName.length;
	if (given !== names.length) throw missingField(part, 'example');
	if (byName.some(({ param_name }) => !names.includes(param_name)))
		throw missingField(part, 'example');
}

function checkButtons(buttons: Array<z.infer<typeof buttonSchema>>): void {
	for (const [type, most] of Object.entries(MOST)) {
		if (buttons.filter((button) => button.type === type).length > most) {
			throw invalidParameter(`A template has ${most} buttons of type ${type} at most.`);
		}
	}
	const runs = buttons.filter(
		({ type }, index) => type === 'QUICK_REPLY' && buttons[index - 1]?.type !== 'QUICK_REPLY',
	);
	if (runs.length > 1) throw invalidParameter('Quick replies stand together.');
	for (const button of buttons) {
		if (button.type !== 'URL') continue;
		const names = variables(button.url);
		if (names.length > 1 || (names.length === 1 && !button.url.endsWith('}}'))) {
			throw invalidParameter('A URL has one variable, at its end.');
		}
		if (names.length === 1 && button.example === undefined)
			throw missingField('BUTTONS', 'example');
	}
}

function variables(text: string): string[] {
	return [...new Set(Array.from(text.matchAll(/\{\{\s*(\w+)\s*\}\}/g), ([, name]) => name!))];
}

function missingField(part: string, field: string): GraphError {
	return refused(
		2388043,
		'Message template "components" param is missing expected field(s)',
		`component of type ${part} is missing expected field(s) (${field})`,
	);
}

/** Below the general code 100, as Meta answers about templates. */
export function refused(code: number, title: string, message: string): GraphError {
	return new GraphError(100, `(#100) Invalid parameter`, {
		subcode: code,
		details: `${title}: ${message}`,
	});
}
