import type { IDataObject, INodeProperties } from 'n8n-workflow';
import { z } from 'zod';

import { checkParameters } from '../check-parameters';
import type { Operation } from '../operation';
import { numberBetween, optionalText } from '../parameter-schema';
import { parametersOf } from '../parameters-of';
import { messageProperties, sendMessage, type MessageContent } from './send-message';

const properties: INodeProperties[] = [
	{
		displayName: 'Latitude',
		name: 'latitude',
		type: 'string',
		default: '',
		required: true,
		placeholder: 'e.g. 41.3874',
		description: 'In degrees, from -90 to 90',
	},
	{
		displayName: 'Longitude',
		name: 'longitude',
		type: 'string',
		default: '',
		required: true,
		placeholder: 'e.g. 2.1686',
		description: 'In degrees, from -180 to 180',
	},
	{
		displayName: 'Place Name',
		name: 'placeName',
		type: 'string',
		default: '',
		placeholder: 'e.g. Flower Shop',
		description: 'Shown below the map',
	},
	{
		displayName: 'Address',
		name: 'address',
		type: 'string',
		default: '',
		placeholder: 'e.g. Carrer de la Rosa 1, Barcelona',
		description: 'Shown below the place name',
	},
];

const schema = z.object({
	latitude: numberBetween(-90, 90),
	longitude: numberBetween(-180, 180),
	placeName: optionalText(1000),
	address: optionalText(1000),
});

/** @see https://developers.facebook.com/documentation/business-messaging/whatsapp/messages/location-messages */
export function locationMessage(entered: IDataObject): MessageContent {
	const { latitude, longitude, placeName, address } = checkParameters(schema, entered, properties);
	return {
		type: 'location',
		location: {
			latitude,
			longitude,
			...(placeName === undefined ? {} : { name: placeName }),
			...(address === undefined ? {} : { address }),
		},
	};
}

export const sendLocation: Operation = {
	name: 'Send Location',
	description: 'Send a place on the map',
	action: 'Send a location',
	properties: messageProperties(properties),
	async execute(context, graph, itemIndex) {
		const content = locationMessage(parametersOf(context, itemIndex, properties));
		return await sendMessage(context, graph, itemIndex, content);
	},
};
