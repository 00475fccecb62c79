import type { Graph } from './client';

/** The versions of the Graph API that Meta serves (November 2026), newest first. */
export const VERSIONS = ['v27.0', 'v26.0', 'v25.0', 'v24.0', 'v23.0', 'v22.0', 'v21.0'] as const;

/** Which one a credential without a version uses. */
export const DEFAULT_VERSION = VERSIONS[0];

/** What the list of the credential holds for a version that is typed in. */
export const OTHER_VERSION = 'other';

/** A version as it stands in a path; people type `28` and `v28` too. */
export function versionInPath(chosen = '', typed = ''): string {
	if (chosen !== OTHER_VERSION) return chosen || DEFAULT_VERSION;
	const [, major, minor = '0'] = /^v?(\d+)(?:\.(\d+))?$/i.exec(typed.trim()) ?? [];
	return major === undefined ? typed.trim() : `v${major}.${minor}`;
}

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
