// The threaded host must give the results that the protocols promise, whatever the machine does with its two threads. Nothing
// here looks at a clock: runs are counted, and that a cancel had no effect is known by an echo. The reads are passthrough reads
// of a device, which are immune to the windows O1 and O2 of tristate; those concern requests to the POSIX server.

using Managarm.Perf.Core;

namespace Managarm.Perf.Servers.Tests;

public sealed class ThreadedHostTests
{
    private const int Reads = 3000;

    public static TheoryData<string> Protocols
    {
        get
        {
            var names = new TheoryData<string>();
            foreach (IProtocol protocol in ProtocolCatalog.All)
            {
                names.Add(protocol.Name);
            }

            return names;
        }
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public void Reads_that_race_with_bytes_and_signals(string protocol)
    {
        using var host = new ThreadedHost(ProtocolCatalog.Find(protocol)!, new WorldOptions());
        for (ulong seed = 1; seed <= 2; seed++)
        {
            var reader = new RacingReader(host, Reads, seed);
            HostCensus census = reader.RunToEnd();
            Assert.True(reader.Reads >= Reads);
            Assert.Equal(reader.Handlers, (int)census.SignalsAccepted);
            Assert.InRange(reader.Handlers, 1, reader.SignalsSent);
            Assert.Equal(protocol == "none", reader.Interrupted == 0);
            Assert.Equal(protocol == "none", reader.CancelsLost > 0);
        }
    }
}
