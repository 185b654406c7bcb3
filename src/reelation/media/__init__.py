"""Pictures, clips and sound into vectors and named figures; nothing here needs weights, PyTorch or a graph.

files, addresses  ->  extract  ->  a folder: MediaVectors (image, video, audio)  ->  training, title pages
                       guard (limits, a process apart)   cache (by content: nothing is done twice)
"""
