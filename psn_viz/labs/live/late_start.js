// @ts-check
// anywidget gives a widget two seconds to start. One that is later, on a slow or busy computer, would stay deaf: every
// message of the kernel is refused from then on. Here it listens to the kernel as a widget without anywidget does.
const psnLateStart = (() => {
  /**
   * What a message does where anywidget does not stand in between.
   * @param {any} model
   * @returns {(message: any) => any}
   */
  function withoutAnywidget(model) {
    let kind = Object.getPrototypeOf(model);
    while (!Object.hasOwn(kind, "_handle_comm_msg")) kind = Object.getPrototypeOf(kind);
    return Object.getPrototypeOf(kind)._handle_comm_msg.bind(model);
  }

  /**
   * @param {{model: {set: (values: object) => any}}} place
   * @returns {void}
   */
  function initialize({ model }) {
    const behind = model.set({}); // which returns the model itself, of ipywidgets; other hosts have another, or none
    if (!behind?.comm || !behind._handle_comm_msg) return;
    // A message that asks for nothing: refused where anywidget has given up, or does so before it has started.
    behind._handle_comm_msg({ content: { data: {} } }).catch(() => {
      behind.comm.on_msg(withoutAnywidget(behind));
      behind.comm.send({ method: "request_state" }, behind.callbacks()); // for all that has been refused
    });
  }
  return { initialize };
})();
