import{aq as e}from"./index-aC5RZz1n.js";const a=globalThis.matchMedia?.("(max-width: 720px)"),t=e(a?.matches??!1);a?.addEventListener("change",()=>{t.value=a.matches});export{t as n};
