"""One module a family of routes, each with a `router` that `reelation.http.app` registers."""
