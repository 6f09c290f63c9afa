/**
 * The steps of the path as Middy middlewares, for anybody's HTTP Lambda.
 *
 * @module
 */
export { type ClaimedDeliveryEvent, type DedupeOptions, dedupe } from "./dedupe.ts";
export { type DeliveryEvent, type HttpDeliveryOptions, httpDelivery } from "./http-delivery.ts";
export { type VerificationOptions, type VerifiedEvent, verification } from "./verification.ts";
