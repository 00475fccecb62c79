import { getPrices } from './analytics/getPrices.operation';
import { block } from './blockedUser/block.operation';
import { getAll as getBlocked } from './blockedUser/getAll.operation';
import { unblock } from './blockedUser/unblock.operation';
import { get as getBusinessProfile } from './businessProfile/get.operation';
import { update as updateBusinessProfile } from './businessProfile/update.operation';
import { clearOverride } from './connection/clearOverride.operation';
import { diagnose } from './connection/diagnose.operation';
import { exchangeCode } from './connection/exchangeCode.operation';
import { findNumbers } from './connection/findNumbers.operation';
import { setOverride } from './connection/setOverride.operation';
import { subscribeApp } from './connection/subscribeApp.operation';
import { get as getStarters } from './conversationStarter/get.operation';
import { update as updateStarters } from './conversationStarter/update.operation';
import { toRows } from './event/toRows.operation';
import { toTranscript } from './event/toTranscript.operation';
import { createKeys } from './flow/createKeys.operation';
import { decryptRequest } from './flow/decryptRequest.operation';
import { encryptResponse } from './flow/encryptResponse.operation';
import { getPublicKey } from './flow/getPublicKey.operation';
import { setPublicKey } from './flow/setPublicKey.operation';
import { deleteFile } from './media/delete.operation';
import { download } from './media/download.operation';
import { get as getMedia } from './media/get.operation';
import { upload } from './media/upload.operation';
import { markAsRead } from './message/markAsRead.operation';
import { sendAndWait } from './message/sendAndWait.operation';
import { sendContacts } from './message/sendContacts.operation';
import { sendInteractive } from './message/sendInteractive.operation';
import { sendLocation } from './message/sendLocation.operation';
import { sendMedia } from './message/sendMedia.operation';
import { sendRaw } from './message/sendRaw.operation';
import { sendReaction } from './message/sendReaction.operation';
import { sendTemplate } from './message/sendTemplate.operation';
import { sendText } from './message/sendText.operation';
import type { Resource } from './operation';
import { get as getPhoneNumber } from './phoneNumber/get.operation';
import { getAll as getPhoneNumbers } from './phoneNumber/getAll.operation';
import { create as createQrCode } from './qrCode/create.operation';
import { deleteCode as deleteQrCode } from './qrCode/delete.operation';
import { get as getQrCode } from './qrCode/get.operation';
import { getAll as getQrCodes } from './qrCode/getAll.operation';
import { update as updateQrCode } from './qrCode/update.operation';
import { getStatus } from './sync/getStatus.operation';
import { requestBoth } from './sync/requestBoth.operation';
import { requestContacts } from './sync/requestContacts.operation';
import { requestHistory } from './sync/requestHistory.operation';
import { begin } from './takeover/begin.operation';
import { end } from './takeover/end.operation';
import { create as createTemplate } from './template/create.operation';
import { deleteOne as deleteTemplate } from './template/delete.operation';
import { get as getTemplate } from './template/get.operation';
import { getAll as getTemplates } from './template/getAll.operation';
import { update as updateTemplate } from './template/update.operation';

/** Everything the action node can do: a new operation is one file and one line here. */
export const RESOURCES: Record<string, Resource> = {
	message: {
		name: 'Message',
		operations: {
			sendText,
			sendMedia,
			sendTemplate,
			sendInteractive,
			sendAndWait,
			sendLocation,
			sendContacts,
			sendReaction,
			sendRaw,
			markAsRead,
		},
	},
	takeover: { name: 'Human Takeover', operations: { begin, end } },
	event: { name: 'Event', operations: { toRows, toTranscript } },
	flow: {
		name: 'Flow',
		operations: { decryptRequest, encryptResponse, createKeys, setPublicKey, getPublicKey },
	},
	template: {
		name: 'Template',
		operations: {
			create: createTemplate,
			delete: deleteTemplate,
			get: getTemplate,
			getAll: getTemplates,
			update: updateTemplate,
		},
	},
	media: { name: 'Media', operations: { upload, download, get: getMedia, delete: deleteFile } },
	sync: {
		name: 'Sync',
		operations: { requestBoth, requestContacts, requestHistory, getStatus },
	},
	phoneNumber: {
		name: 'Phone Number',
		operations: { get: getPhoneNumber, getAll: getPhoneNumbers },
	},
	businessProfile: {
		name: 'Business Profile',
		operations: { get: getBusinessProfile, update: updateBusinessProfile },
	},
	conversationStarter: {
		name: 'Conversation Starter',
		operations: { get: getStarters, update: updateStarters },
	},
	qrCode: {
		name: 'QR Code',
		operations: {
			create: createQrCode,
			delete: deleteQrCode,
			get: getQrCode,
			getAll: getQrCodes,
			update: updateQrCode,
		},
	},
	blockedUser: { name: 'Blocked User', operations: { block, getAll: getBlocked, unblock } },
	analytics: { name: 'Analytics', operations: { getPrices } },
	connection: {
		name: 'Connection',
		operations: { diagnose, exchangeCode, findNumbers, subscribeApp, setOverride, clearOverride },
	},
};
