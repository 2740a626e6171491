// Reads a session and says who allocated. A sample belongs to the pass when MeasuredLoop stands on its stack, or to other code of
// the project when one of its methods does; everything else, such as what the session's own start allocates, is counted apart and
// not shown as a site. A site is the type together with the topmost method of the project.

using System.Text;
using Microsoft.Diagnostics.Symbols;
using Microsoft.Diagnostics.Tracing;
using Microsoft.Diagnostics.Tracing.Etlx;

namespace Managarm.Perf.Bench.Allocations;

/// <summary>Samples of allocations, summed up.</summary>
internal sealed class AllocationSamples
{
    private const ushort AllocationSampled = 303;
    private const double SamplingProbability = 1.0 / (100 * 1024);
    private const string OwnPrefix = "Managarm.Perf.";
    private const string LoopPrefix = OwnPrefix + "Bench." + nameof(MeasuredLoop) + ".";

    private readonly Dictionary<Site, (int Samples, double Bytes)> sites = [];
    private int others;

    /// <summary>Reads a file of events.</summary>
    /// <param name="path">A nettrace file; an index beside it is made and removed.</param>
    internal static AllocationSamples Read(string path)
    {
        var samples = new AllocationSamples();
        string index = TraceLog.CreateFromEventPipeDataFile(path);
        try
        {
            using var log = new TraceLog(index);
            using var symbols = new SymbolReader(TextWriter.Null) { SecurityCheck = IsTrusted };
            foreach (TraceEvent sample in log.Events)
            {
                if ((ushort)sample.ID == AllocationSampled && sample.ProviderName == "Microsoft-Windows-DotNETRuntime")
                {
                    samples.Add(sample, symbols);
                }
            }
        }
        finally
        {
            File.Delete(index);
        }

        return samples;
    }

    /// <summary>Makes the report.</summary>
    /// <param name="name">What was watched.</param>
    /// <param name="exact">Exact bytes per pass.</param>
    /// <param name="watched">Exact bytes per pass of the process that was listened to.</param>
    /// <param name="passes">How often the pass ran.</param>
    internal AllocationReport Report(string name, PassBytes exact, PassBytes watched, long passes)
    {
        double total = sites.Values.Sum(site => site.Bytes);
        AllocationSite[] rows =
        [
            .. sites.OrderByDescending(site => site.Value.Bytes).Select(site => new AllocationSite(
                site.Key.Type, site.Key.Method, site.Key.Source, site.Key.Through, site.Value.Samples,
                site.Value.Bytes / total * watched.Process, site.Value.Bytes / total)),
        ];
        return new AllocationReport(1, name, exact, watched, passes, rows.Sum(row => row.Samples), others, rows);
    }

    private void Add(TraceEvent sample, SymbolReader symbols)
    {
        (string type, long size) = Decode(sample.EventData());
        string? through = null;
        for (TraceCallStack? frame = sample.CallStack(); frame is not null; frame = frame.Caller)
        {
            string method = WithoutParameters(frame.CodeAddress.FullMethodName);
            if (method.StartsWith(LoopPrefix, StringComparison.Ordinal))
            {
                break;
            }

            if (method.StartsWith(OwnPrefix, StringComparison.Ordinal))
            {
                Count(new Site(type, method, PlaceOf(frame.CodeAddress, symbols), through), size);
                return;
            }

            through ??= method.Length == 0 ? null : method;
        }

        others++;
    }

    private void Count(Site site, long size)
    {
        (int samples, double bytes) = sites.GetValueOrDefault(site);
        sites[site] = (samples + 1, bytes + (size / (1 - Math.Pow(1 - SamplingProbability, size))));
    }

    private static string? PlaceOf(TraceCodeAddress address, SymbolReader symbols)
    {
        SourceLocation? place = address.GetSourceLine(symbols);
        return place is null or { LineNumber: 0 }
            ? null
            : $"{Path.GetFileName(place.SourceFile.BuildTimeFilePath)}:{place.LineNumber}";
    }

    // Kind (4 bytes), instance of the runtime (2), type (8), its name (UTF-16 with a zero at the end), address (8), size (8),
    // offset of the chosen byte (8).
    private static (string Type, long Size) Decode(byte[] data)
    {
        const int NameStart = 14;
        int end = NameStart;
        while (data[end] != 0 || data[end + 1] != 0)
        {
            end += 2;
        }

        return (Encoding.Unicode.GetString(data, NameStart, end - NameStart), BitConverter.ToInt64(data, end + 2 + 8));
    }

    // The child has run the assemblies that the symbols lie beside.
    private static bool IsTrusted(string path) => path.Length > 0;

    private static string WithoutParameters(string method)
    {
        int start = method.IndexOf('(', StringComparison.Ordinal);
        return start < 0 ? method : method[..start];
    }

    private readonly record struct Site(string Type, string Method, string? Source, string? Through);
}
