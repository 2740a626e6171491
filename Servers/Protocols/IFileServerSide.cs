// A file server's side of a protocol: how it takes in what comes on a passthrough lane, and how it lets go of it (managarm,
// protocols/fs/src/server.cpp). The POSIX server has such a side, too, for the files that it serves itself. The defaults serve
// every request to its end.

using Managarm.Perf.Core.Tasks;
using Managarm.Perf.Servers.Files;
using Managarm.Perf.Servers.Running;

namespace Managarm.Perf.Servers.Protocols;

/// <summary>What servers of files do.</summary>
public interface IFileServerSide
{
    /// <summary>Whether a server keeps one registry for all its lanes, rather than one per lane (before managarm
    /// f6099d475).</summary>
    bool SharesRegistry => false;

    /// <summary>Whether it keeps the order of a lane beyond acceptance by itself.</summary>
    bool KeepsOrder => false;

    /// <summary>A request or cancel was accepted. The serving loop accepts nothing else before this has returned, so what must be
    /// in the order of the lane is done here.</summary>
    /// <param name="server">The server.</param>
    /// <param name="arrival">What has come; what the side holds for it is kept in <see cref="Arrival.Held"/>.</param>
    void Accepted(LaneServer server, ref Arrival arrival)
    {
    }

    /// <summary>Takes in a cancellable request, whose head has been received.</summary>
    /// <param name="server">The server.</param>
    /// <param name="arrival">The request.</param>
    /// <returns>By whom and how it will be cancelled.</returns>
    ModelTask<Admission> AdmitFromFile(LaneServer server, Arrival arrival) => server.ExtractCredentials(arrival);

    /// <summary>Takes in a cancel, whose head has been received.</summary>
    /// <param name="server">The server.</param>
    /// <param name="arrival">The cancel.</param>
    /// <returns>Nothing.</returns>
    ModelTask<Unit> CancelArrived(LaneServer server, Arrival arrival) => server.Cancel(arrival);

    /// <summary>A request has ended, cancelled or not; nothing may cancel it any more. Before the reply.</summary>
    /// <param name="system">The system.</param>
    /// <param name="admission">What it was taken in with.</param>
    /// <returns>Nothing.</returns>
    ModelTask<Unit> Conclude(ModelSystem system, Admission admission)
    {
        system.Registry.Unregister(admission);
        return default;
    }

    /// <summary>A server has died, and what it had in its memory is gone.</summary>
    /// <param name="party">Party of the server.</param>
    void ServerDied(int party)
    {
    }
}
