import { packId, unpackId } from '../callbacks/address';

/**
 * Where the answer to a question goes, packed into what comes back with it: the ID of a button or a row, the
 * token of a form, and what Meta repeats in the statuses of the question. So nothing has to be stored, and
 * an answer finds its execution whichever process it comes to.
 *
 *     n8nask:<execution>.<node>.<when it was asked>.<n8n's signature>.<what is the user's own>
 *
 * It gives nobody a right: n8n checks its signature, and the waiting node asks for Meta's beside it.
 */
export interface QuestionAddress {
	executionId: string;
	nodeId: string;
	/** Unix ms. Tells the questions apart that one node asks in one execution. */
	askedAt: number;
	/** n8n's, of the address: 64 hexadecimal digits. */
	signature: string;
}

const PREFIX = 'n8nask:';
const EXECUTION_ID = /^[\w-]+$/;
const SIGNATURE = /^[0-9a-f]{64}$/;
const DOTS = /^\.{1,2}$/;

/** What n8n is to sign, so that an answer to an earlier question of the same node is known as such. */
export function signedParameters(askedAt: number): { asked: string } {
	return { asked: askedAt.toString(36) };
}

/**
 * Takes apart what n8n gives as the signed address of a waiting execution.
 *
 * @returns undefined where it is of no form that is known
 */
export function readResumeUrl(resumeUrl: string): QuestionAddress | undefined {
	const { pathname, searchParams } = new URL(resumeUrl);
	const [executionId = '', nodeId = ''] = pathname.split('/').slice(-2);
	return checked({
		executionId,
		nodeId: decodeURIComponent(nodeId),
		askedAt: parseInt(searchParams.get('asked') ?? '', 36),
		signature: searchParams.get('signature') ?? '',
	});
}

/** @param base what n8n's addresses of waiting executions begin with, without a slash at the end */
export function resumeUrl(base: string, address: QuestionAddress): string {
	const { executionId, nodeId, askedAt, signature } = address;
	const { asked } = signedParameters(askedAt);
	return `${base}/${executionId}/${encodeURIComponent(nodeId)}?asked=${asked}&signature=${signature}`;
}

/** @param own what is to come back beside it; may be empty */
export function packAddress(address: QuestionAddress, own: string): string {
	const { executionId, nodeId, askedAt, signature } = address;
	const digest = Buffer.from(signature, 'hex').toString('base64url');
	return `${PREFIX}${executionId}.${packId(nodeId)}.${askedAt.toString(36)}.${digest}.${own}`;
}

export interface Unpacked {
	address: QuestionAddress;
	own: string;
}

/** @returns undefined of everything else that may stand there */
export function unpackAddress(packed: unknown): Unpacked | undefined {
	if (typeof packed !== 'string' || !packed.startsWith(PREFIX)) return undefined;
	const [executionId = '', node = '', asked = '', digest = '', ...own] = packed
		.slice(PREFIX.length)
		.split('.');
	if (own.length === 0) return undefined;
	const address = checked({
		executionId,
		nodeId: unpackId(node),
		askedAt: parseInt(asked, 36),
		signature: Buffer.from(digest, 'base64url').toString('hex'),
	});
	return address && { address, own: own.join('.') };
}

export function isSameQuestion(a: QuestionAddress, b: QuestionAddress): boolean {
	return a.executionId === b.executionId && a.nodeId === b.nodeId && a.askedAt === b.askedAt;
}

/** Nothing of it may lead out of n8n's addresses of waiting executions, whoever wrote it. */
function checked(address: QuestionAddress): QuestionAddress | undefined {
	const { executionId, nodeId, askedAt, signature } = address;
	const isGood =
		EXECUTION_ID.test(executionId) &&
		nodeId !== '' &&
		!DOTS.test(nodeId) &&
		Number.isSafeInteger(askedAt) &&
		SIGNATURE.test(signature);
	return isGood ? address : undefined;
}
