/** https://developers.facebook.com/documentation/business-messaging/whatsapp/business-phone-numbers/conversational-components */
import { z } from 'zod';
import { invalidShape } from '../graph-errors.mts';
import { requireScope } from './access.mts';
import type { GraphCall } from './call.mts';

const plain = (max: number) =>
	z
		.string()
		.min(1)
		.max(max)
		.refine((value) => !/\p{Extended_Pictographic}/u.test(value), 'Emojis are not supported.');

const settingsSchema = z
	.object({
		prompts: z.array(plain(80)).max(4).optional(),
		commands: z
			.array(z.object({ command_name: plain(32), command_description: plain(256) }).strict())
			.max(30)
			.optional(),
	})
	.strict();

/** `POST /<PHONE_ID>/conversational_automation`: changes only the lists given. */
export function setConversationalAutomation(call: GraphCall<'phoneNumber'>) {
	requireScope(call, 'whatsapp_business_management');
	const parsed = settingsSchema.safeParse(call.body);
	if (!parsed.success) {
		throw invalidShape(parsed.error);
	}
	Object.assign((call.node.conversationalAutomation ??= {}), parsed.data);
	return { success: true };
}
