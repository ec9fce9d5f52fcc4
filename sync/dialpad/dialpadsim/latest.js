// A stub of the widget: it has the methods a page may call and does nothing.
(function () {
	"use strict";
	var callbacks = { onLoad: [], onOpen: [], onClose: [], onEscalate: [], onBeforeSocketOpen: [] };
	var kare = {};
	Object.keys(callbacks).forEach(function (name) {
		kare[name] = function (callback) { callbacks[name].push(callback); };
	});
	function tell(name) {
		callbacks[name].forEach(function (callback) { callback({ conversationId: "", createdAt: "" }); });
	}
	kare.open = function () { tell("onOpen"); };
	kare.close = function () { tell("onClose"); };
	["showLauncher", "hideLauncher", "addBeacon", "setUserProfileTags"].forEach(function (name) {
		kare[name] = function () {};
	});
	window.kare = kare;
	setTimeout(function () { tell("onLoad"); }, 0);
})();
