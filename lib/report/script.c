#include "report/page.h"

/* Not needed to read the page: paper has nothing to open. */
const char page_js[] =
    "(function(){\n"
    "'use strict';\n"
    "var opened=[];\n"
    "addEventListener('beforeprint',function(){\n"
    "document.querySelectorAll('details.cause:not([open]),details.cause>.body>"
    "details.failure:first-child:not([open])').forEach(function(d){d.open=true;opened.push(d);});\n"
    "});\n"
    "addEventListener('afterprint',function(){\n"
    "opened.splice(0).forEach(function(d){d.open=false;});\n"
    "});\n"
    "})();\n";
