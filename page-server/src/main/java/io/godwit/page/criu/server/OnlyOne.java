package io.godwit.page.criu.server;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/** Lets a listening channel accept one connection. */
final class OnlyOne extends ChannelInboundHandlerAdapter {
    private boolean accepted;

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (accepted) {
            ((Channel) message).unsafe().closeForcibly();
            return;
        }
        accepted = true;
        context.fireChannelRead(message);
        context.close();
    }
}
