// Which screen an address means. Screens with drawings come in chunks of their own, when they are first opened.

import type { ComponentType } from "preact";
import { lazy } from "preact/compat";
import { HomeScreen } from "../screens/home";
import { SearchScreen } from "../screens/search";
import { TitleScreen } from "../screens/title";
import { Nowhere } from "./nowhere";

const SCREENS: Record<string, ComponentType> = {
  home: HomeScreen,
  search: SearchScreen,
  title: TitleScreen,
  map: lazy(() => import("../screens/map")),
  path: lazy(() => import("../screens/path")),
  groups: lazy(() => import("../screens/groups")),
  picture: lazy(() => import("../screens/picture")),
  timeline: lazy(() => import("../screens/timeline")),
  taste: lazy(() => import("../screens/taste")),
  create: lazy(() => import("../screens/create")),
  data: lazy(() => import("../screens/data")),
};

export function screenOf(name: string): ComponentType {
  return SCREENS[name] ?? Nowhere;
}
