package io.godwit.page.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.epoll.EpollSocketChannel;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class TransportTest {
    @Test
    void aConnectionToAHostThatIsLostEnds() throws Exception {
        EventLoopGroup group = Transport.group(1);
        try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            EpollSocketChannel connection = (EpollSocketChannel) new Bootstrap()
                    .group(group)
                    .channel(Transport.client())
                    .handler(new ChannelInitializer<>() {
                        @Override
                        protected void initChannel(Channel made) {
                            Transport.noticeLoss(made);
                        }
                    })
                    .connect(listener.getLocalSocketAddress())
                    .sync()
                    .channel();

            assertThat(connection.config().isKeepAlive()).isTrue();
            assertThat(connection.config().getTcpKeepIdle()).isEqualTo(10);
            assertThat(connection.config().getTcpKeepIntvl()).isEqualTo(5);
            assertThat(connection.config().getTcpKeepCnt()).isEqualTo(6);
            assertThat(connection.config().getTcpUserTimeout()).isEqualTo(120_000);
        } finally {
            group.shutdownGracefully(0, 1, TimeUnit.SECONDS);
        }
    }
}
