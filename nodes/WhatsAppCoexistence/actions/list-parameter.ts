import type { IDataObject, INodeProperties } from 'n8n-workflow';

interface ListParameter {
	displayName: string;
	name: string;
	/** One entry, as the button that adds it says. */
	entry: string;
	description: string;
	fields: INodeProperties[];
	/** What the JSON looks like; its keys are the names of the fields, unless it is described. */
	example: unknown;
	jsonDescription?: string;
}

/** A list that is filled in entry by entry, or given whole as JSON, which an expression can build. */
export function listParameter(list: ListParameter): INodeProperties[] {
	const { displayName, name } = list;
	const shownIn = (mode: string) => ({ show: { [`${name}Mode`]: [mode] } });
	return [
		{
			displayName: `Specify ${displayName}`,
			name: `${name}Mode`,
			type: 'options',
			default: 'fields',
			options: [
				{ name: 'Using Fields Below', value: 'fields' },
				{ name: 'Using JSON', value: 'json' },
			],
		},
		{
			displayName,
			name,
			type: 'fixedCollection',
			typeOptions: { multipleValues: true, multipleValueButtonText: `Add ${list.entry}` },
			placeholder: `Add ${list.entry}`,
			default: {},
			description: list.description,
			options: [{ displayName: list.entry, name: 'values', values: list.fields }],
			displayOptions: shownIn('fields'),
		},
		{
			displayName,
			name: `${name}Json`,
			type: 'json',
			default: JSON.stringify(list.example, null, 2),
			description: list.jsonDescription ?? list.description,
			displayOptions: shownIn('json'),
		},
	];
}

/** What was entered for the list `name`, in whichever way. */
export function listEntered(parameters: IDataObject, name: string): unknown {
	return parameters[`${name}Mode`] === 'json' ? parameters[`${name}Json`] : parameters[name];
}
