/**
 * What a customer sends by pressing what a message offers:
 * https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/messages/interactive
 * and, of a template, https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/messages/button
 */
import type { MessageTemplate } from '../default-templates.mts';
import type { SentMessage } from '../world.mts';
import type { Content } from './content.mts';

interface Choice {
	id: string;
	title: string;
	description?: string;
}

interface SentBody {
	interactive?: {
		action: {
			name?: string;
			parameters?: { flow_token?: string };
			buttons?: Array<{ reply?: Choice }>;
			sections?: Array<{ rows?: Choice[] }>;
		};
	};
	template?: {
		name: string;
		language: { code: string };
		components?: Array<{ type: string; index?: string | number; parameters?: JsonPayload[] }>;
	};
}

interface JsonPayload {
	payload?: string;
}

/**
 * @param choice ID of a reply button or of a row of a list; of a template the index of its button
 * @returns null if the message does not offer it
 */
export function answerTo(
	{ body }: SentMessage,
	choice: string,
	templates: MessageTemplate[],
): Content | null {
	const { interactive, template } = body as SentBody;
	if (template) return templateButton(template, choice, templates);

	const { buttons = [], sections = [] } = interactive?.action ?? {};
	const isChosen = ({ id }: Choice) => id === choice;
	const button = buttons.flatMap(({ reply }) => reply ?? []).find(isChosen);
	if (button) return reply('button_reply', button);
	const row = sections.flatMap(({ rows = [] }) => rows).find(isChosen);
	return row ? reply('list_reply', row) : null;
}

function reply(type: string, choice: Choice): Content {
	return { type: 'interactive', interactive: { type, [type]: choice } };
}

/**
 * What a customer sends by filling in the form that a message opens:
 * https://developers.facebook.com/documentation/business-messaging/whatsapp/flows/guides/receiveflowresponse
 *
 * @returns null if the message opens none
 */
export function formAnswerTo(
	{ body }: SentMessage,
	fields: Record<string, string>,
): Content | null {
	const { action } = (body as SentBody).interactive ?? {};
	if (action?.name !== 'flow') return null;
	const { flow_token: token = 'unused' } = action.parameters ?? {};
	const response = JSON.stringify({ flow_token: token, ...fields });
	return {
		type: 'interactive',
		interactive: {
			type: 'nfm_reply',
			nfm_reply: { name: 'flow', body: 'Sent', response_json: response },
		},
	};
}

/** Without a payload of the sender's own it is the button's text. */
function templateButton(
	{ name, language, components = [] }: NonNullable<SentBody['template']>,
	index: string,
	templates: MessageTemplate[],
): Content | null {
	const template = templates.find((each) => each.name === name && each.language === language.code);
	const buttons = template?.components.find(({ type }) => type === 'BUTTONS')?.buttons ?? [];
	const button = buttons[Number(index)];
	if (button?.type !== 'QUICK_REPLY' || button.text === undefined) return null;
	const sent = components.find((each) => each.type === 'button' && String(each.index) === index);
	const payload = sent?.parameters?.[0]?.payload ?? button.text;
	return { type: 'button', button: { payload, text: button.text } };
}
