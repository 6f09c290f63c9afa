// What is worded for people may be worded otherwise: no test should hold a sentence to the letter. Reasons, steps, names
// of headers and everything else that a program reads stay mutated.
const errors = new Set(["Error", "TypeError", "RangeError", "PermanentError"]);

/** The text or template at this path, where it is only wording; else undefined. */
function wording({ node, parent, key, listKey, parentPath }) {
  if (node.type !== "StringLiteral" && node.type !== "TemplateLiteral") return undefined;
  const argument = listKey === "arguments" ? key : undefined;
  if (parent.type === "NewExpression" && argument === 0 && errors.has(parent.callee.name)) return "an error's message";
  if (parent.type === "CallExpression" && argument === 1 && parent.callee.name === "refused")
    return "a refusal's message";
  if (parent.type === "CallExpression" && argument === 0 && isLog(parent.callee)) return "a log line's text";
  if (parent.type === "ObjectProperty" && key === "value") {
    if (parent.key.name === "message") return "a refusal's message";
    const table = parentPath.parentPath.parent;
    if (table?.type === "VariableDeclarator" && table.id.name === "unavailableMessage") return "an answer's message";
  }
  return undefined;
}

/** `log.info`, `options.log.error`, `options.log?.info`. */
function isLog({ type, object, property }) {
  if (type !== "MemberExpression" && type !== "OptionalMemberExpression") return false;
  const name = object.type === "Identifier" ? object.name : object.property?.name;
  return name === "log" && (property.name === "info" || property.name === "error");
}

export const strykerPlugins = [{ kind: "Ignore", name: "wording", value: { shouldIgnore: wording } }];
