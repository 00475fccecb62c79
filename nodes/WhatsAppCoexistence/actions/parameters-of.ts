import type { IDataObject, IExecuteFunctions, INodeProperties } from 'n8n-workflow';

/** What the user entered for these parameters, by name; what is not shown has its default. */
export function parametersOf(
	context: IExecuteFunctions,
	itemIndex: number,
	properties: readonly INodeProperties[],
): IDataObject {
	return Object.fromEntries(
		properties.map(({ name, default: fallback, type }) => {
			const value: unknown = context.getNodeParameter(name, itemIndex, fallback ?? null, {
				extractValue: type === 'resourceLocator',
			});
			return [name, value as IDataObject[string]];
		}),
	);
}
