// The forms of names in tokens and access rules: one place, so that what one part gives out another one
// takes.

/** A principal of a static token. No colon, which marks those of identity providers. */
export const TOKEN_PRINCIPAL = /^[A-Za-z0-9._@-]{1,128}$/;

/** A role or a permission: the characters of an OAuth scope (RFC 6749, section 3.3), a few fewer. */
export const GRANT_NAME = /^[A-Za-z0-9._:\/@*-]{1,128}$/;

/** A namespace, or all below one: `team/*`. */
export const NAMESPACE_GRANT = /^[A-Za-z0-9._\/-]{1,126}(\/\*)?$/;
