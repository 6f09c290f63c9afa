/**
 * Hookline in a CDK app of one's own.
 *
 * @module
 */
export type { EventFile } from "./event-files.ts";
export { bundleReceiver, type ReceiverCode, type ReceiverFolders } from "./receiver-code.ts";
export { WebhookReceiver, type WebhookReceiverProps } from "./webhook-receiver.ts";
