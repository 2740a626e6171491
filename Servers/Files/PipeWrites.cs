// Writes to a pipe (posix/subsystem/src/fifo.cpp, writeAll). A write puts what there is room for and waits for more, as long as
// somebody reads. What it has put cannot be taken back, so an interrupted write that has put some bytes tells how many; EINTR
// and EPIPE say that there were none.

using Managarm.Perf.Core;
using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Defects;
using Managarm.Perf.Core.Events;
using Managarm.Perf.Core.Ipc;
using Managarm.Perf.Core.Memory;
using Managarm.Perf.Core.Tasks;
using Managarm.Perf.Servers.Protocols;
using Managarm.Perf.Servers.Running;

namespace Managarm.Perf.Servers.Files;

/// <summary>Puts bytes into pipes.</summary>
internal sealed class PipeWrites(ModelSystem system, FileOperations operations)
{
    private readonly World world = system.World;
    private readonly Slab<OpenFile> files = operations.Files;

    /// <summary>Writes. Where writes wait, until all bytes have found room; elsewhere until some have.</summary>
    /// <param name="file">Write end of a pipe.</param>
    /// <param name="count">Bytes.</param>
    /// <param name="token">Ends the wait for room.</param>
    /// <returns>As <see cref="FileOperations.Write"/>.</returns>
    internal async ModelTask<TransferResult> Write(Handle<OpenFile> file, uint count, CancelToken token)
    {
        uint written = 0;
        uint start = 0;
        bool isEnding = false;
        bool hasWaited = false;
        while (true)
        {
            // Window T6: Corpus/windows/write-waits-for-no-reader.scn
            if (PipeOf(file).Readers == 0 && (!hasWaited || system.Repaired(Repairs.BrokenPipeEndsWrite)))
            {
                operations.Touch(files[file].Pipe);
                return new TransferResult(written == 0 ? Errno.EPIPE : default, Written(file, start, written), IsBroken: true);
            }

            uint put = Put(file, count - written, out uint position);
            start = written == 0 ? position : start;
            written += world.Has(Defect.PartialCountTwice) ? Math.Min(written + put, count - written) : put;
            bool isDone = written == count || (written > 0 && !WritesWaitForRoom);
            if (isDone || isEnding)
            {
                break;
            }

            if (world.Has(Defect.FullPipeSaysClosed) && written == 0)
            {
                return new TransferResult(Errno.EBADF, default);
            }

            hasWaited = true;
            isEnding = !await operations.WaitForStatus(file, token);
            if (isEnding && !operations.LooksAgain)
            {
                break;
            }
        }

        written = written > 0 && world.Has(Defect.InterruptedWriteSaysAll) ? count : written;
        bool isReported = written == count || (written > 0 && !world.Has(Defect.InterruptedWriteKeepsBytes));
        return new TransferResult(isReported ? default : Errno.EINTR, Written(file, start, isReported ? written : 0));
    }

    /// <summary>Puts as many bytes as there is room for.</summary>
    private uint Put(Handle<OpenFile> file, uint count, out uint position)
    {
        ref Pipe pipe = ref operations.Touch(files[file].Pipe);
        uint chunk = Math.Min(count, pipe.CapacityBytes - (pipe.Tail - pipe.Head));
        position = pipe.Tail;
        if (chunk > 0)
        {
            pipe.Tail += chunk;
            pipe.Head += Math.Min(pipe.StolenBytes, chunk);
            pipe.StolenBytes = 0;
            world.Events.Ring(ref pipe.StatusBell);
        }

        return chunk;
    }

    private DataRange Written(Handle<OpenFile> file, uint start, uint count) =>
        new(PipeOf(file).Stream, start, count);

    private bool WritesWaitForRoom => system.Has(Repairs.WritesWaitForRoom) && !world.Has(Defect.WriteEndsAtFirstRoom);

    private ref Pipe PipeOf(Handle<OpenFile> file) => ref operations.Pipes[files[file].Pipe];
}
