import { UserError, type IDataObject, type INodePropertyCollection } from 'n8n-workflow';

import { z } from 'zod';

import { packAddress, type QuestionAddress } from '../../../questions/address';
import { APPROVE, approvalLabels, DECLINE, type ResponseType } from '../../../questions/answer';
import { checkParameters } from '../../check-parameters';
import { optionalText, text } from '../../parameter-schema';
import { flow } from '../interactive/flow';
import { list, MAX_LIST_BODY } from '../interactive/list';
import { replyButtons } from '../interactive/reply-buttons';
import { MAX_BODY } from '../interactive/texts';
import { urlButton } from '../interactive/url-button';
import { approvalOptionsProperty, questionProperties } from './properties';

interface Choice {
	id: string;
	title: string;
}

const ofOthers = z.object({ message: text(MAX_BODY) });
const ofList = z.object({ message: text(MAX_LIST_BODY) });

const label = optionalText(20);
const labels = z.object({
	approvalType: z.enum(['single', 'double']).optional(),
	approveLabel: label,
	disapproveLabel: label,
});

const MAX_BUTTON_ID = 256;
const MAX_ROW_ID = 200;

/**
 * The object `interactive` of a question: every ID in it leads the answer back.
 *
 * @param entered what the user entered, by name
 * @param link the address of the page, for whoever is asked by a link
 * @throws UserError where something is beyond Meta’s limits
 */
export function questionOf(
	responseType: ResponseType,
	entered: IDataObject,
	address: QuestionAddress,
	link: string,
): IDataObject {
	const { message } = checkParameters(
		responseType === 'list' ? ofList : ofOthers,
		entered,
		questionProperties,
	);
	const texts = { headerType: 'none', ...entered, body: message };
	switch (responseType) {
		case 'approval':
			return withAddress(replyButtons.build({ ...texts, ...approvalButtons(entered) }), address);
		case 'buttons':
			return withAddress(replyButtons.build(texts), address);
		case 'list':
			return withAddress(list.build(texts), address);
		case 'form':
			return flow.build({ ...texts, flowToken: packAddress(address, '') });
		case 'link':
			return urlButton.build({ ...texts, buttonText: entered.linkText, url: link });
	}
}

function approvalButtons({ approvalOptions }: IDataObject): IDataObject {
	const [{ values: fields }] = approvalOptionsProperty.options as [INodePropertyCollection];
	const { values = {} } = (approvalOptions ?? {}) as { values?: IDataObject };
	const { approve, decline } = approvalLabels(checkParameters(labels, values, fields));
	const buttons = [{ id: APPROVE, title: approve }];
	if (decline !== undefined) buttons.push({ id: DECLINE, title: decline });
	return { buttonsMode: 'fields', buttons: { values: buttons } };
}

function withAddress(interactive: IDataObject, address: QuestionAddress): IDataObject {
	const { buttons = [], sections = [] } = interactive.action as {
		buttons?: Array<{ reply: Choice }>;
		sections?: Array<{ rows: Choice[] }>;
	};
	for (const { reply } of buttons) reply.id = packed(address, reply, MAX_BUTTON_ID);
	for (const row of sections.flatMap(({ rows }) => rows)) row.id = packed(address, row, MAX_ROW_ID);
	return interactive;
}

function packed(address: QuestionAddress, { id, title }: Choice, max: number): string {
	const text = packAddress(address, id);
	if (text.length <= max) return text;
	const room = max - (text.length - id.length);
	throw new UserError(`The ID of “${title}” has ${id.length} characters; at most ${room} fit`, {
		description:
			'The rest of its room is taken by what leads the answer back to this execution. Give it a shorter ID. Nothing was sent.',
	});
}
