// SPDX-License-Identifier: GPL-2.0-only
/*
 * Errors of a function, and the messages about them: config/aer.c has the registers.
 *
 * A root port raises its interrupt as the kernel's drivers of ports expect it: so
 * the kernel's own AER driver finds the function, tells its driver, and recovers.
 */
#include "../objects/objects.h"
#include "function.h"

/* The root port that receives messages of the function, or NULL. */
static struct mock_function *receiver_of(struct mock_function *fn)
{
	lockdep_assert_held(&mock_slots_lock);
	if (fn->below)
		return fn;
	return fn->bus->bridge;
}

/* Send a message to the root port; false if none receives it. */
static bool send_locked(struct mock_function *fn, enum mock_aer_message message)
{
	struct mock_function *port = receiver_of(fn);
	unsigned int before;

	lockdep_assert_held(&mock_slots_lock);
	if (!port || (port != fn && !mock_aer_forwards(&port->config, message)))
		return false;
	if (!port->config.place.aer)
		return false;
	before = mock_port_events(port);
	mock_aer_receive(&port->config, message,
			 PCI_DEVID(fn->bus->number, fn->devfn));
	mock_port_notify_locked(port, before);
	return true;
}

/**
 * mock_function_error() - let a function detect an error
 * @mdev: the device of the function
 * @error: the error
 *
 * Context: process. The function stays as long as the file of the device is open for
 * this, and its root port as long as the function.
 * Return: 0; -EOPNOTSUPP if the function has no AER; -ENODEV if it is not there.
 */
int mock_function_error(struct mock_device *mdev,
			const struct mock_aer_error *error)
{
	struct mock_function *fn = mdev->function;
	enum mock_aer_message message;
	int ret = 0;

	raw_spin_lock_irq(&mock_slots_lock);
	if (!fn->config.place.aer) {
		ret = -EOPNOTSUPP;
	} else if (!mock_slots_reached(fn)) {
		ret = -ENODEV;
	} else {
		message = mock_aer_detect(&fn->config, error);
		if (message != MOCK_AER_NONE && send_locked(fn, message))
			fn->errors.received++;
		else if (message != MOCK_AER_NONE)
			fn->errors.lost++;
		else
			fn->errors.silent++;
	}
	raw_spin_unlock_irq(&mock_slots_lock);
	return ret;
}

void mock_function_errors(struct mock_device *mdev, struct mock_error_status *st)
{
	struct mock_function *fn = mdev->function;

	raw_spin_lock_irq(&mock_slots_lock);
	*st = fn->errors;
	st->correctable = mock_aer_correctable(&fn->config);
	st->uncorrectable = mock_aer_uncorrectable(&fn->config);
	raw_spin_unlock_irq(&mock_slots_lock);
}
