import type { Graph } from './client';

/** Which version of the Graph API a credential without one uses. */
export const DEFAULT_VERSION = 'v27.0';

/**
 * Fields that Meta knows from a version on; below it, asking for one fails the whole call.
 *
 * @see https://developers.facebook.com/documentation/development/graph-api/changelog
 */
const FIRST_VERSION: Partial<Record<string, number>> = {
	whatsapp_business_manager_messaging_limit: 24,
};

/** Those of the fields that the version of the credential has. */
export function fieldsOfVersion(graph: Pick<Graph, 'root'>, fields: readonly string[]): string[] {
	const version = Number(/\/v(\d+)\.\d+$/.exec(graph.root)?.[1]);
	return fields.filter((field) => !(version < (FIRST_VERSION[field] ?? 0)));
}
