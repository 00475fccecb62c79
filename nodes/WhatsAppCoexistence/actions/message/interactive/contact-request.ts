import { z } from 'zod';

import { checkParameters } from '../../check-parameters';
import type { InteractiveKind } from './kind';
import { body, bodyProperty, textsOf } from './texts';

const properties = [bodyProperty];

const schema = z.object({ body });

/**
 * For people who are known by a user ID only.
 *
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/business-scoped-user-ids
 */
export const contactRequest: InteractiveKind = {
	name: 'Contact Request',
	description: 'A button that shares the phone number of a person who has a username',
	properties,
	build(entered) {
		return {
			type: 'request_contact_info',
			...textsOf(checkParameters(schema, entered, properties)),
			action: { name: 'request_contact_info' },
		};
	},
};
