import type { IDataObject, INodeProperties } from 'n8n-workflow';

/** What n8n hands to an operation when the user has changed only these of its parameters. */
export function filledIn(
	properties: readonly INodeProperties[],
	entered: IDataObject,
): IDataObject {
	const defaults = Object.fromEntries(properties.map(({ name, default: value }) => [name, value]));
	const unknown = Object.keys(entered).filter((name) => !(name in defaults));
	if (unknown.length > 0) throw new Error(`No parameter is named ${unknown.join(', ')}`);
	return { ...defaults, ...entered };
}
