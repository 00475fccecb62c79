import type { IDataObject, INodeProperties } from 'n8n-workflow';

/**
 * One kind of interactive message. Each lives in a file of its own and is listed once, in `kinds.ts`,
 * under the value that workflows store.
 */
export interface InteractiveKind {
	/** In the list of kinds, Title Case. */
	name: string;
	/** Below the name in the list, sentence case without a final period. */
	description: string;
	properties: INodeProperties[];
	/**
	 * The object `interactive` as Meta takes it.
	 *
	 * @param entered what the user entered for `properties`, by name
	 * @throws UserError where something is beyond Meta’s limits
	 */
	build(entered: IDataObject): IDataObject;
}
