"""The protocol of a device, its two drivers, their memory and the words of their errors."""

#: the JavaScript of a tab's GPU, by its path in the package: a page whose policy forbids `eval`
#: imports it
SCRIPTS = ("drivers/tab.js", "drivers/tab_worker.js")
