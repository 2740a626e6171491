// Reads of a device that gives a read all that it asks for (behaviour stream). They form a line, since one that has begun must
// not share its input with another: a read that is cancelled in the middle tells what it has got, so no byte is lost or told
// twice. Reads that return what there is are in FileOperations.

using Managarm.Perf.Core;
using Managarm.Perf.Core.Accesses;
using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Events;
using Managarm.Perf.Core.Ipc;
using Managarm.Perf.Core.Memory;
using Managarm.Perf.Core.Tasks;

namespace Managarm.Perf.Servers.Files;

/// <summary>Reads that wait for all of their bytes.</summary>
internal sealed class StreamReads(World world, Slab<Device> devices)
{
    /// <summary>Reads all that was asked for. Input goes to one read at a time, until that has what it wants; if it is cancelled
    /// before, it takes what there is, and only when there is nothing it fails. So what a read has got is told once.</summary>
    internal async ModelTask<TransferResult> Read(Handle<Device> device, uint count, CancelToken token)
    {
        uint reader = Enqueue(device);
        while (!IsServed(device, reader, count))
        {
            if (!await world.Events.Wait(ref devices[device].StatusBell, token))
            {
                break;
            }
        }

        return EndRead(device, reader, count);
    }

    /// <summary>Takes what a device has, up to a number of bytes.</summary>
    /// <param name="device">The device.</param>
    /// <param name="count">Bytes at most.</param>
    /// <returns>The bytes; none when there are none.</returns>
    internal static TransferResult Take(ref Device device, uint count)
    {
        uint taken = Math.Min(count, device.Tail - device.Head);
        var data = new DataRange(device.Stream, device.Head, taken);
        device.Head += taken;
        return new TransferResult(default, data);
    }

    private uint Enqueue(Handle<Device> device)
    {
        world.Writes(ObjectKind.Device, device.Index);
        return ++devices[device].LastReader;
    }

    private bool IsServed(Handle<Device> device, uint reader, uint count)
    {
        world.Writes(ObjectKind.Device, device.Index);
        ref Device state = ref devices[device];
        if (state.Reader == 0)
        {
            state.Reader = reader;
        }

        return state.IsGone || count == 0 || (state.Reader == reader && state.Tail - state.Head >= count);
    }

    private TransferResult EndRead(Handle<Device> device, uint reader, uint count)
    {
        world.Writes(ObjectKind.Device, device.Index);
        ref Device state = ref devices[device];
        TransferResult result = default;
        if (state.Reader == reader)
        {
            result = Take(ref state, count);
            state.Reader = 0;
            world.Events.Ring(ref state.StatusBell);
        }

        if (state.IsGone)
        {
            return new TransferResult(Errno.EIO, default);
        }

        return result.Data.Count > 0 || count == 0 ? result : new TransferResult(Errno.EINTR, default);
    }
}
