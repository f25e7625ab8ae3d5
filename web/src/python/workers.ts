// Starts a worker of the page's own: its address passes the page's policy for scripts through a
// policy of its own.
interface Policies {
  createPolicy(name: string, rules: object): { createScriptURL(url: string): unknown };
}

const types = (window as { trustedTypes?: Policies }).trustedTypes;
const policy = types?.createPolicy("workers", { createScriptURL: (text: string) => text });

export function startWorker(address: string): Worker {
  return new Worker((policy?.createScriptURL(address) ?? address) as string, { type: "module" });
}
