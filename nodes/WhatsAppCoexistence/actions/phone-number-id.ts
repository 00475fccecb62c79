import type { IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import { z } from 'zod';

import { checkParameters } from './check-parameters';
import { phoneNumberId } from './parameter-schema';
import { parametersOf } from './parameters-of';

/** The number of the business that an operation is done with. */
export const phoneNumberIdProperty: INodeProperties = {
	displayName: 'Phone Number',
	name: 'phoneNumberId',
	type: 'resourceLocator',
	default: { mode: 'list', value: '' },
	required: true,
	description: 'The number of your business that this is done with',
	modes: [
		{
			displayName: 'From List',
			name: 'list',
			type: 'list',
			typeOptions: { searchListMethod: 'searchPhoneNumbers', searchable: true },
		},
		{
			displayName: 'By ID',
			name: 'id',
			type: 'string',
			placeholder: 'e.g. 106540352242922',
			validation: [
				{
					type: 'regex',
					properties: {
						regex: '^[0-9]+$',
						errorMessage: 'A phone number ID has digits only; it is not the phone number itself',
					},
				},
			],
		},
	],
};

const schema = z.object({ phoneNumberId });

/** @throws UserError where none was picked */
export function phoneNumberIdOf(context: IExecuteFunctions, itemIndex: number): string {
	const entered = parametersOf(context, itemIndex, [phoneNumberIdProperty]);
	return checkParameters(schema, entered, [phoneNumberIdProperty]).phoneNumberId;
}
