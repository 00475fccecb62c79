import { MAX_URL_LENGTH } from '../graph/webhooks';

/** Why nothing is done, in the user's words. */
export interface Refusal {
	message: string;
	description: string;
	/** Whose callback stands in the way, to ask it for the name of its workflow. */
	standing?: string;
}

export function noNumberChosen(): Refusal {
	return {
		message: 'No phone number is chosen',
		description:
			'“Register For” is “These Phone Numbers”. Choose them under “Phone Number Names or IDs”; for all numbers of the account, set “Register For” to “This WhatsApp Business Account”.',
	};
}

export function unknownNumbers(ids: readonly string[]): Refusal {
	return {
		message: `The account of the credential has no phone number ${ids.join(', ')}`,
		description:
			'Choose the numbers again under “Phone Number Names or IDs”, or give the trigger the credential of the account that they belong to.',
	};
}

/** @param place such as “this Meta app” */
export function otherCallback(place: string, url: string): Refusal {
	return {
		message: `Another callback is registered for ${place}`,
		description: `Events go to ${url} now. To move them here, set “If Another Callback Is Registered” to “Replace It”; it is put back when this workflow is unpublished. If nobody needs that callback any more, run Connection > Clear Callback Override.`,
		standing: url,
	};
}

/** The same trigger under another address: a copy of the workflow, or this n8n before it moved. */
export function ofAnotherN8n(place: string, url: string): Refusal {
	return {
		message: `This workflow is registered for ${place} by another n8n`,
		description: `Events go to ${url} now. If this n8n was reached there before and has moved, set “If Another Callback Is Registered” to “Take It Over: My Server Has Moved”. If it is another n8n, such as production, test here with Execute Step, or unpublish the workflow there first.`,
		standing: url,
	};
}

/** @param names of the workflows that stand there already */
export function noRoom(place: string, names: readonly string[]): Refusal {
	return {
		message: `There is no room for another workflow at ${place}`,
		description: `The events go to ${names.length} workflows already: ${names.join(', ')}. They stand in the callback address, for which Meta allows ${MAX_URL_LENGTH} characters. Unpublish one of them, have one call the others as sub-workflows, or give this n8n a shorter address (WEBHOOK_URL, or N8N_WEBHOOK_URL since n8n 2.30).`,
	};
}

export function noRoomToRemember(place: string, url: string): Refusal {
	return {
		message: `The callback of ${place} could not be put back`,
		description: `Events go to ${url} now. That address is too long to be remembered at Meta beside the one of this trigger. Note it, take it away with Connection > Clear Callback Override, then publish again.`,
	};
}

/** A listener in the place of the published workflows would cut them off if it were killed. */
export function noRoomToListen(): Refusal {
	return {
		message: 'There is no room for a test beside the published workflows',
		description: `All workflows that receive these events stand in the callback address, for which Meta allows ${MAX_URL_LENGTH} characters. Unpublish one of them while you test, or test with a number that fewer of them receive.`,
	};
}

export function tooLong(url: string): Refusal {
	return {
		message: `The webhook address is longer than the ${MAX_URL_LENGTH} characters that Meta allows`,
		description: `It is ${url.length} characters long: ${url}. Shorten the public address of this n8n (WEBHOOK_URL, or N8N_WEBHOOK_URL since n8n 2.30).`,
	};
}

/** A test may borrow a number, but only if what stood there can be put back. */
export function unplugs(number: {
	displayPhoneNumber: string;
	overrideUrl: string | null;
}): Refusal {
	return {
		message: `A test would unplug ${number.overrideUrl}, which receives the events of ${number.displayPhoneNumber}`,
		description:
			'That callback is set on the phone number by another product, and n8n could not put it back afterwards. Test with another number (choose it under “Phone Number Names or IDs”).',
	};
}

/** Only the owner of the app's callback can add fields: Meta checks that callback when they are set. */
export function withoutFields(missing: readonly string[], callbackUrl: string): Refusal {
	return {
		message: `The Meta app is not subscribed to the webhook fields: ${missing.join(', ')}`,
		description: `Open developers.facebook.com/apps, your app, WhatsApp > Configuration > Webhook fields, and switch on “Subscribe” for ${missing.join(', ')}. n8n cannot do it, because the app’s own callback belongs to ${callbackUrl}. Then publish again.`,
	};
}

/** The workflows of one number hand events to one another by the public address of n8n. */
export function outOfReach(address: string, reason: string): Refusal {
	return {
		message: `This n8n cannot reach its own public address ${address}`,
		description: `Other workflows receive the events of this account as well, and n8n hands each event from one to the next by that address (${reason}). Let the machine of n8n reach it: many routers need “NAT loopback” or an entry for the name in the local DNS, Docker an “extra_hosts” entry. Then publish again. Until then, have the other workflow call this one as a sub-workflow.`,
	};
}
