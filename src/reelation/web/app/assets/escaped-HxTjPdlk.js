const e={"&":"&amp;","<":"&lt;",">":"&gt;",'"':"&quot;"};function t(u){return u.replace(/[&<>"]/g,f=>e[f]??f).replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu,"")}export{t as e};
