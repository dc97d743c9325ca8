/* queue: a POSIX message queue, of which /proc shows a path that leads nowhere. */
#include "victim.h"
#include <mqueue.h>

static mqd_t queue;

static void prepare(void)
{
	MUST(queue = mq_open("/godwit-victim", O_RDWR | O_CREAT, 0600, NULL));
}

static void verify(void)
{
	struct mq_attr attributes;

	MUST(mq_getattr(queue, &attributes));
	mq_unlink("/godwit-victim");
}
