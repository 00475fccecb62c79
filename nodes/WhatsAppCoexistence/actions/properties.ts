import type { INodeProperties } from 'n8n-workflow';

import { otherAccountProperty } from './other-account';
import { RESOURCES } from './resources';

/** The parameters of the action node, laid out from the table of its resources and operations. */
export const actionProperties: INodeProperties[] = [
	{
		displayName: 'Resource',
		name: 'resource',
		type: 'options',
		noDataExpression: true,
		default: 'message',
		// Not A–Z: n8n lists the actions in this order, and most people look for messages.
		options: Object.entries(RESOURCES).map(([value, { name }]) => ({ name, value })),
	},
	...Object.entries(RESOURCES).map(([resource, { operations }]): INodeProperties => {
		const options = Object.entries(operations).map(([value, { name, description, action }]) => ({
			name,
			value,
			description,
			action,
		}));
		return {
			displayName: 'Operation',
			name: 'operation',
			type: 'options',
			noDataExpression: true,
			default: Object.keys(operations).at(0),
			displayOptions: { show: { resource: [resource] } },
			options,
		};
	}),
	...Object.entries(RESOURCES).flatMap(([resource, { operations }]) =>
		Object.entries(operations).flatMap(([operation, { properties }]) =>
			properties.map((property) => shownFor(property, resource, operation)),
		),
	),
	{ ...otherAccountProperty, displayOptions: { hide: { operation: withoutAccount() } } },
];

const ACTIONS = Object.fromEntries(
	Object.entries(RESOURCES).flatMap(([resource, { operations }]) =>
		Object.entries(operations).map(([operation, { action }]) => [
			`${resource}.${operation}`,
			action,
		]),
	),
);

/** Below the node's name on the canvas: what it does, in the words of n8n's list of actions. */
export const SUBTITLE_EXPRESSION = `={{ (${JSON.stringify(ACTIONS)})[$parameter.resource + '.' + $parameter.operation] }}`;

/** Operations of one name are alike in this, as n8n tells them apart by the name alone. */
function withoutAccount(): string[] {
	return Object.values(RESOURCES).flatMap(({ operations }) =>
		Object.entries(operations).flatMap(([name, operation]) =>
			operation.withoutAccount ? [name] : [],
		),
	);
}

/** What n8n's editor says while it waits. */
export const WAITING_EXPRESSION =
	'={{ $parameter.operation === "sendAndWait" ? "The execution continues once the customer has answered" : "" }}';

function shownFor(property: INodeProperties, resource: string, operation: string): INodeProperties {
	const { show, hide } = property.displayOptions ?? {};
	const displayOptions: INodeProperties['displayOptions'] = {
		show: { resource: [resource], operation: [operation], ...show },
	};
	if (hide !== undefined) displayOptions.hide = hide;
	return { ...property, displayOptions };
}
