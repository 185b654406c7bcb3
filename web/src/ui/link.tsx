// A link inside the app: a real one, so that it can be opened in another tab or copied.

import type { ComponentChildren, JSX } from "preact";
import { href } from "../router";

interface Props extends Omit<JSX.HTMLAttributes<HTMLAnchorElement>, "href"> {
  to: string;
  children?: ComponentChildren;
}

export function Link({ to, children, ...rest }: Props) {
  return (
    <a href={href(to)} data-to={to} {...rest}>
      {children}
    </a>
  );
}
