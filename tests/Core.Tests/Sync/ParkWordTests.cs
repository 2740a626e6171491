// The park word alone: who announces, who is told. That no wake is lost between two threads is the explorer's to say.

using Managarm.Perf.Core.Sync;

namespace Managarm.Perf.Core.Tests.Sync;

public sealed class ParkWordTests
{
    private const long Alert = 1 << 15;
    private const long Supply = 1 << 1;

    [Fact]
    public void A_waiter_may_sleep_while_none_of_its_bits_is_set()
    {
        long park = 0;
        long notify = Supply;
        Assert.True(ParkWord<PlainSync>.TryPark(ref park, ref notify, Alert));
        Assert.True(ParkWord<PlainSync>.Unpark(ref park));
        Assert.False(ParkWord<PlainSync>.Unpark(ref park));
    }

    [Fact]
    public void A_waiter_whose_bit_is_set_takes_its_announcement_back()
    {
        long park = 0;
        long notify = Alert | Supply;
        Assert.False(ParkWord<PlainSync>.TryPark(ref park, ref notify, Alert));
        Assert.False(ParkWord<PlainSync>.Unpark(ref park));
    }
}
